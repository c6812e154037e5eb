import type { ChurnTally } from './churn-tally.ts'
import type { ClusterState } from './cluster-state.ts'
import { FormulaLog } from './log/formula-log.ts'
import type { Payload } from './log/payload.ts'

const LETTERS = 'orders-dlq'
const DOCUMENTS = 'documents'
const PASSING_EVERY = 20
const LIFE = 10
/** Of their records, beside what a workload lets every log grow by. */
const AT_FIRST = 30

/**
 * Records for whoever looks into them: a topic of dead letters that stays, others that come and go, and JSON documents
 * whose fields change their type. Where letters come from changes without end.
 */
export class ChurnRecords {
  readonly #state: ClusterState
  readonly #tally: ChurnTally
  #isBegun = false

  constructor(state: ClusterState, tally: ChurnTally) {
    this.#state = state
    this.#tally = tally
  }

  step(step: number): void {
    if (!this.#isBegun) {
      this.#add(LETTERS, 3, letter)
      this.#add(DOCUMENTS, 2, document)
      this.#isBegun = true
    }
    if (step % PASSING_EVERY === 0) {
      this.#add(`passing-${step}-dlq`, 1, letter)
      this.#tally.count('dead-letter topics created')
    }
    if (step % PASSING_EVERY === LIFE) {
      this.#state.deleteTopic(`passing-${step - LIFE}-dlq`)
      this.#tally.count('dead-letter topics deleted')
    }
  }

  #add(name: string, partitions: number, payload: (offset: number) => Payload): void {
    const now = this.#state.now()
    const formula = {
      timestampAt: (offset: number) => now + (offset - AT_FIRST) * 1_000,
      recordsPerBatch: 10,
      payload,
    }
    for (const partition of this.#state.addTopic({ name, partitions }).partitions) {
      partition.log = new FormulaLog(formula, { end: AT_FIRST })
    }
  }
}

/** Every tenth has a header that cannot be read; each hundred letters come from another topic and group. */
function letter(offset: number): Payload {
  const source = Math.floor(offset / 100)
  const headers = [
    ['kafka_dlt-original-topic', Buffer.from(`source-topic-${source}`)],
    ['kafka_dlt-original-partition', offset % 10 === 0 ? Buffer.from('x') : Buffer.from([0, 0, 0, 1])],
    ['kafka_dlt-original-consumer-group', Buffer.from(`source-group-${source}`)],
    ['kafka_dlt-exception-fqcn', Buffer.from(`org.example.Failure${offset % 7}`)],
  ] as const
  return { key: null, value: Buffer.from('letter'), headers }
}

/** A hundred field names, and none of them of one type for good. */
function document(offset: number): Payload {
  const value = offset % 3 === 0 ? 'text' : offset
  return { key: null, value: Buffer.from(JSON.stringify({ id: offset, [`field-${offset % 100}`]: value })) }
}
