import type { Topology } from '../../../model/topology.ts'

/** Before anything has been fetched: the default batch.size of producers. */
const START_BYTES = 16 * 1024
const LEAST_BYTES = 1024
/** More of a partition is to be had only where it comes first: see FetchQuery. */
export const MOST_BYTES = 1024 * 1024
/** Batches of a topic differ in length. */
const MARGIN = 1.25
/** By how much of the difference a shorter batch lowers the need. */
const DECAY = 1 / 16

/**
 * How many bytes of a partition to ask for so that its next batch fits: as many as lately came of its topic. A broker
 * fills whatever limit it is given, so that ten thousand partitions at one that suits the longest batch would cost a
 * hundred times what their batches do; a limit too small costs a second request.
 */
export class FetchSizes {
  readonly #needs = new Map<string, number>()
  /** Of whatever topic. */
  #need = START_BYTES / MARGIN

  limitOf(topic: string): number {
    const need = this.#needs.get(topic) ?? this.#need
    return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.ceil(need * MARGIN)))
  }

  /** @param bytes of one whole batch of the topic */
  saw(topic: string, bytes: number): void {
    this.#needs.set(topic, adapted(this.#needs.get(topic) ?? bytes, bytes))
    this.#need = adapted(this.#need, bytes)
  }

  keepOnly({ indexOf }: Topology): void {
    for (const topic of this.#needs.keys()) if (!indexOf.has(topic)) this.#needs.delete(topic)
  }
}

/** Up at once, down slowly. */
function adapted(need: number, bytes: number): number {
  return bytes >= need ? bytes : need - (need - bytes) * DECAY
}
