import type { Clock, Log } from '../model/ports.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Steps } from '../model/steps.ts'

/** What every part of the exporter is given beside its settings. */
export interface Surroundings {
  readonly log: Log
  readonly clock: Clock
  /** Done with each snapshot of a cluster before it is published. */
  readonly beforePublication?: (cluster: string | null, snapshot: Snapshot) => Steps<void>
}
