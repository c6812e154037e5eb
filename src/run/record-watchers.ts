import type { ClusterSettings } from '../config/settings.ts'
import type { RecordWatcher } from '../model/record-watch.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { DeadLetterWatch } from '../pipeline/dead-letter-watch.ts'
import { deadLetterTopicsOf, type PipelineSpec } from './create-pipeline.ts'
import { createSchemaWatch } from './create-schema-watch.ts'
import type { Surroundings } from './surroundings.ts'

export interface RecordWatchers {
  readonly watchers: readonly RecordWatcher[]
  /** What they have found out, and made durable. */
  readonly views: () => Partial<Snapshot>
}

/** Who wants to see the records of a cluster. */
export function recordWatchersOf(spec: PipelineSpec, surroundings: Surroundings): RecordWatchers {
  const deadLetters = createDeadLetterWatch(spec.cluster)
  const schemas = createSchemaWatch(spec, surroundings)
  return {
    // Schemas may have to be waited for: it is first.
    watchers: [schemas, deadLetters].filter(watcher => watcher !== null),
    views: () => ({
      ...(deadLetters !== null && { deadLetterCauses: deadLetters.view() }),
      ...(schemas !== null && { schemas: schemas.view() }),
    }),
  }
}

/** Null where no record of a dead-letter topic is to be read. */
function createDeadLetterWatch(cluster: ClusterSettings): DeadLetterWatch | null {
  const { match, include, readHeaders } = cluster.dlq
  if (!readHeaders || (match === 'none' && include.length === 0)) return null
  return new DeadLetterWatch(deadLetterTopicsOf(cluster))
}
