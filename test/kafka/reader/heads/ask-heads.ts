import {
  HEAD_DENIED,
  HEAD_FAILED,
  HEAD_FOUND,
  HEAD_NONE,
  HEAD_UNASKED,
  type HeadAnswers,
  type HeadLimits,
  type HeadProbe,
  type HeadQuestions,
} from '../../../../src/model/evidence.ts'
import type { Observation } from '../../../../src/model/observation.ts'
import { rowOf } from '../../../../src/model/topology.ts'
import type { OpenedReader } from '../../open-reader.ts'

export type Point = readonly [topic: string, partition: number, offset: number]

const OUTCOMES = new Map([
  [HEAD_UNASKED, 'unasked'],
  [HEAD_FOUND, 'found'],
  [HEAD_NONE, 'none'],
  [HEAD_DENIED, 'denied'],
  [HEAD_FAILED, 'failed'],
])
const AMPLE: HeadLimits = { budgetBytes: 1 << 26, timeoutMs: 60_000 }

export function questionsOf(observation: Observation, points: readonly Point[]): HeadQuestions {
  const { topology } = observation.cluster!
  return {
    rows: Int32Array.from(points, ([topic, partition]) => rowOf(topology, topic, partition)),
    offsets: Float64Array.from(points, ([, , offset]) => offset),
  }
}

export interface AskedHeads extends HeadProbe {
  /** `[outcome, record offset, known to, least, most]` of each, as long as these are known. */
  readonly heads: readonly (readonly (string | number)[])[]
}

/** Reads the cluster, then the heads. */
export async function askHeads(
  { reader }: Pick<OpenedReader, 'reader'>,
  points: readonly Point[],
  limits: Partial<HeadLimits> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<AskedHeads> {
  const observation = await reader.read(new AbortController().signal)
  const questions = questionsOf(observation, points)
  const probe = await reader.readHeads(questions, { ...AMPLE, ...limits }, signal)
  return { ...probe, heads: points.map((_, question) => headOf(probe.answers, question)) }
}

function headOf(answers: HeadAnswers, question: number): (string | number)[] {
  const { recordOffset, knownTo, minTimestamp, maxTimestamp } = answers
  const numbers = [recordOffset, knownTo, minTimestamp, maxTimestamp].map(column => column[question]!)
  const outcome = OUTCOMES.get(answers.outcome[question]!)!
  return [outcome, ...numbers.filter(number => !Number.isNaN(number))]
}
