import type { RecordWatcher } from '../model/record-watch.ts'
import type { PipelineSpec } from './create-pipeline.ts'
import type { Surroundings } from './surroundings.ts'

/** Who wants to see the records of a cluster. */
export function recordWatchersOf(_spec: PipelineSpec, _surroundings: Surroundings): readonly RecordWatcher[] {
  return []
}
