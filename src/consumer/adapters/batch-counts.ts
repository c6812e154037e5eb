import type { PromCounter, PromHistogram } from './prom-client-shape.ts'

/** Batches of one topic that are kept at most. */
const KEPT_AT_MOST = 1_000

interface Kept {
  records: number
  readonly seconds: number[]
}

/**
 * Keeps what is to be counted of batches until somebody asks for the metrics: prom-client's way to a series by its
 * labels costs more, run cold between two batches, than all else that the kit does with a batch.
 */
export class BatchCounts {
  readonly #consumergroup: string
  readonly #records: PromCounter
  readonly #processing: PromHistogram
  readonly #byTopic = new Map<string, Kept>()

  constructor(consumergroup: string, records: PromCounter, processing: PromHistogram) {
    this.#consumergroup = consumergroup
    this.#records = records
    this.#processing = processing
  }

  note(topic: string, records: number, seconds: number): void {
    let kept = this.#byTopic.get(topic)
    if (kept === undefined) {
      kept = { records: 0, seconds: [] }
      this.#byTopic.set(topic, kept)
    }
    kept.records += records
    if (kept.seconds.push(seconds) >= KEPT_AT_MOST) this.settle()
  }

  /** Counts what is kept. */
  settle(): void {
    for (const [topic, kept] of this.#byTopic) {
      if (kept.seconds.length === 0) continue
      const labels = { consumergroup: this.#consumergroup, topic }
      this.#records.inc(labels, kept.records)
      for (const seconds of kept.seconds.splice(0)) this.#processing.observe(labels, seconds)
      kept.records = 0
    }
  }
}
