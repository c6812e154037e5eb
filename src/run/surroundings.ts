import type { Clock, Log } from '../model/ports.ts'

/** What every part of the exporter is given beside its settings. */
export interface Surroundings {
  readonly log: Log
  readonly clock: Clock
}
