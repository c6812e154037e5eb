import type { PollTimes } from '../../../bench/accuracy/poll-times.ts'
import { TraceCluster } from '../../../bench/accuracy/trace-cluster.ts'
import type { Observation } from '../../../src/model/observation.ts'
import type { Scenario } from './scenario.ts'

/** A trace as a cluster that is read, with what goes wrong in between. */
export class ScriptedCluster extends TraceCluster {
  readonly #disturb: NonNullable<Scenario['disturb']>

  constructor({ trace, disturb = observation => observation }: Scenario) {
    super(trace)
    this.#disturb = disturb
  }

  override observe(times: PollTimes): Observation {
    return this.#disturb(super.observe(times), times)
  }
}
