import type { Clock, Log } from '../model/ports.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Steps } from '../model/steps.ts'

/** What every part of the exporter is given beside its settings. */
export interface Surroundings {
  readonly log: Log
  readonly clock: Clock
  /** Work on a snapshot before it is published; `cluster` is '' where it has no name. */
  readonly beforePublication?: (cluster: string, snapshot: Snapshot) => Steps<void>
}
