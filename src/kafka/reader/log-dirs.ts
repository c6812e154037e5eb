import type { LogDirsObservation } from '../../model/observation.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { rowCount, type Topology } from '../../model/topology.ts'
import {
  DESCRIBE_LOG_DIRS,
  type DescribeLogDirsResponse,
  decodeDescribeLogDirs,
  encodeDescribeLogDirs,
} from '../wire/describe-log-dirs.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import type { Poll } from './poll.ts'

type Directory = LogDirsObservation['dirs'][number]

/** Reads the size of every log now and then. */
export class LogDirs {
  readonly #everyMs: number
  #readAt: number | null = null

  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  /** Null where it is not due, or no broker told anything. */
  async read(poll: Poll, topology: Topology, leader: Int32Array): Promise<LogDirsObservation | null> {
    const now = poll.calls.clock()
    if (this.#readAt !== null && now >= this.#readAt && now - this.#readAt < this.#everyMs * 0.9) return null
    this.#readAt = now
    const leaderBytes = new Float64Array(rowCount(topology)).fill(Number.NaN)
    const dirs: Directory[] = []
    let told = false
    await Promise.all(
      poll.brokers.map(async ({ id: node }) => {
        const answer = await poll.calls.ask(node, {
          api: DESCRIBE_LOG_DIRS,
          isSlow: true,
          isHeavy: true,
          encode: encodeDescribeLogDirs,
          decode: (version, body) => decodeDescribeLogDirs(version, body, topology),
        })
        if (!answer.ok) poll.errors.add('slow', node, answer.failure)
        else if (answer.value.errorCode !== NONE) {
          // One line for the cluster: what this principal may not do it may do nowhere.
          const code = errorName(answer.value.errorCode)
          poll.errors.add('slow', -1, { code, message: `DescribeLogDirs: ${code}` })
        } else if (answer.value.dirs.length > 0) {
          told = true
          dirs.push(...directoriesOf(poll, node, answer.value))
          await poll.calls.run(placeSizes(answer.value, node, leader, leaderBytes))
        }
      }),
    )
    dirs.sort((a, b) => a.node - b.node || (a.path < b.path ? -1 : 1))
    return told ? { leaderBytes, dirs } : null
  }
}

function directoriesOf(poll: Poll, node: number, { dirs }: DescribeLogDirsResponse): Directory[] {
  const healthy: Directory[] = []
  for (const { path, errorCode, bytes } of dirs) {
    if (errorCode === NONE) healthy.push({ node, path, bytes })
    else {
      const code = errorName(errorCode)
      poll.errors.add('slow', node, { code, message: `broker ${node}: ${code} in ${path}` })
    }
  }
  return healthy
}

function* placeSizes(
  { rows, sizes }: DescribeLogDirsResponse,
  node: number,
  leader: Int32Array,
  leaderBytes: Float64Array,
): Steps<void> {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    if (leader[row] === node) leaderBytes[row] = sizes[i] as number
    if (i % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
  }
}
