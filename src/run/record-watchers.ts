import type { RecordWatcher } from '../model/record-watch.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { PipelineSpec } from './create-pipeline.ts'
import { createSchemaWatch } from './create-schema-watch.ts'
import type { Surroundings } from './surroundings.ts'

export interface RecordWatchers {
  readonly watchers: readonly RecordWatcher[]
  /** What they have found out, and made durable. */
  readonly views: () => Partial<Snapshot>
}

/** Who wants to see the records of a cluster. */
export function recordWatchersOf(spec: PipelineSpec, surroundings: Surroundings): RecordWatchers {
  const schemas = createSchemaWatch(spec, surroundings)
  return {
    watchers: schemas === null ? [] : [schemas],
    views: () => ({ ...(schemas !== null && { schemas: schemas.view() }) }),
  }
}
