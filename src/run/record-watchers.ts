import type { RecordWatcher } from '../model/record-watch.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { DeadLetterWatch } from '../pipeline/dead-letter-watch.ts'
import { deadLetterTopicsOf, type PipelineSpec } from './create-pipeline.ts'
import type { Surroundings } from './surroundings.ts'

export interface RecordWatchers {
  readonly watchers: readonly RecordWatcher[]
  /** What they have found, as it is to be published. */
  readonly views: () => Partial<Snapshot>
}

/** Who wants to see the records of a cluster. */
export function recordWatchersOf({ cluster }: PipelineSpec, _surroundings: Surroundings): RecordWatchers {
  const { match, include, readHeaders } = cluster.dlq
  if (!readHeaders || (match === 'none' && include.length === 0)) return { watchers: [], views: () => ({}) }
  const deadLetters = new DeadLetterWatch(deadLetterTopicsOf(cluster))
  return { watchers: [deadLetters], views: () => ({ deadLetterCauses: deadLetters.view() }) }
}
