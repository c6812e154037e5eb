import type { Topology } from '../../../model/topology.ts'

/** Of a topic that nothing has been fetched of: the default batch.size of producers. */
const START_BYTES = 16 * 1024
const LEAST_BYTES = 2 * 1024
/** A partition is asked for more only where it comes first: see FetchQuery. */
export const MOST_BYTES = 1024 * 1024
/** Batches of a topic differ in length. */
const MARGIN = 1.5
/** By how much of the difference a shorter batch lowers the need. */
const DECAY = 1 / 16

/**
 * How many bytes of a partition to ask for so that its next batch fits: as many as lately came of its topic. A broker
 * fills whatever limit it is given, so that ten thousand partitions at one that suits the longest batch would cost a
 * hundred times what their batches do; a limit too small costs a second request.
 */
export class FetchSizes {
  readonly #needs = new Map<string, number>()

  limitOf(topic: string): number {
    const need = this.#needs.get(topic)
    if (need === undefined) return START_BYTES
    return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, 2 ** Math.ceil(Math.log2(need * MARGIN))))
  }

  /** @param bytes of one whole batch of the topic */
  saw(topic: string, bytes: number): void {
    const need = this.#needs.get(topic) ?? bytes
    this.#needs.set(topic, bytes >= need ? bytes : need - (need - bytes) * DECAY)
  }

  keepOnly({ indexOf }: Topology): void {
    for (const topic of this.#needs.keys()) if (!indexOf.has(topic)) this.#needs.delete(topic)
  }
}
