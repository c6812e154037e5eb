import {
  type Evidence,
  HEAD_DENIED,
  HEAD_FOUND,
  HEAD_NONE,
  type HeadQuestions,
  NO_EVIDENCE,
  noAnswers,
} from '../../src/model/evidence.ts'
import type { PartitionObservation } from '../../src/model/observation.ts'
import { type Topology, topicOfRow } from '../../src/model/topology.ts'

/**
 * The logs behind a poll, by 'topic/partition': each entry is a record [offset, time stamp], or [offset, null] for a
 * control record or an aborted one. 'denied' where READ is refused.
 */
export type Records = Readonly<Record<string, 'denied' | readonly (readonly [number, number | null])[]>>

export function placeOf(topology: Topology, row: number): string {
  const t = topicOfRow(topology, row)
  return `${topology.topics[t]}/${row - (topology.start[t] as number)}`
}

export function askedOf({ rows, offsets }: HeadQuestions, topology: Topology): readonly string[] {
  return Array.from(rows, (row, q) => `${placeOf(topology, row)}@${offsets[q]}`)
}

/** As Fetch would answer: the first record at or after the offset, or how far there is none. */
export function evidenceOf(
  questions: HeadQuestions,
  topology: Topology,
  records: Records,
  ends?: Pick<PartitionObservation, 'highWatermark' | 'lastStableOffset'>,
): Evidence {
  const heads = noAnswers(questions.rows.length)
  questions.rows.forEach((row, q) => {
    const log = records[placeOf(topology, row)]
    if (log === undefined) return
    if (log === 'denied') {
      heads.outcome[q] = HEAD_DENIED
      return
    }
    const wanted = questions.offsets[q] as number
    const found = log.find(([offset, timestamp]) => offset >= wanted && timestamp !== null)
    heads.outcome[q] = found === undefined ? HEAD_NONE : HEAD_FOUND
    const last = log.at(-1)?.[0] ?? wanted - 1
    heads.knownTo[q] = (found?.[0] ?? Math.max(last, wanted - 1)) + 1
    heads.recordOffset[q] = found?.[0] ?? Number.NaN
    heads.minTimestamp[q] = found?.[1] ?? Number.NaN
    heads.maxTimestamp[q] = found?.[1] ?? Number.NaN
    heads.highWatermark[q] = ends?.highWatermark[row] ?? Number.NaN
    heads.lastStableOffset[q] = ends?.lastStableOffset?.[row] ?? Number.NaN
  })
  return { ...NO_EVIDENCE, questions, heads }
}
