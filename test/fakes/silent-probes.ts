import { noAnswers } from '../../src/model/evidence.ts'
import type { ClusterReader } from '../../src/model/ports.ts'

/** The look-ups of a reader to whom nobody answers. */
export const SILENT_PROBES: Omit<ClusterReader, 'read' | 'close'> = {
  readHeads: async ({ rows }) => ({ ...NO_COST, answers: noAnswers(rows.length), bytes: 0 }),
  lookUpTimes: async questions => {
    const unknown = () => new Float64Array(questions.rows.length).fill(Number.NaN)
    return { ...NO_COST, answers: { ...questions, offsets: unknown(), recordTimestamps: unknown() } }
  },
  findTransactions: async () => ({ ...NO_COST, transactions: new Map() }),
}

const NO_COST = { requests: new Map<string, number>(), errors: [] }
