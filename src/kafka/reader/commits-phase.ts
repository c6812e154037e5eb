import type { Commits } from '../../model/observation.ts'
import type { Topology } from '../../model/topology.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import {
  decodeOffsetFetch,
  encodeOffsetFetch,
  type FetchedOffsets,
  OFFSET_FETCH,
  OFFSET_FETCH_MANY_GROUPS,
} from '../wire/offset-fetch.ts'
import type { Failure } from './answer.ts'
import { chunksByWeight, forEachChunk } from './chunks.ts'
import { findCoordinators } from './coordinator-lookup.ts'
import { partitionName } from './offsets-phase.ts'
import { type Poll, paceOf } from './poll.ts'

/** COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR */
export const COORDINATOR_MOVED: ReadonlySet<number> = new Set([14, 15, 16])
/** Requests about one group each that are under way at a broker below OffsetFetch v8. */
const SINGLE_CONCURRENCY = 8

export interface GroupCommits {
  readonly commits: Commits | null
  readonly failure: Failure | null
}

export interface CommitsQuestion {
  readonly topology: Topology
  readonly groups: readonly { readonly id: string; readonly coordinator: number }[]
  /** How many commits a group had when it was last read. */
  readonly expectedRows: (group: string) => number
}

/** The commits of every group, by its id: read, or why not. */
export async function readCommits(
  poll: Poll,
  question: CommitsQuestion,
): Promise<ReadonlyMap<string, GroupCommits>> {
  const stage = new CommitsStage(poll, question)
  await stage.ask(byCoordinator(question.groups), true)
  if (stage.moved.length > 0) await stage.retry()
  return stage.read
}

/** Requests that `readCommits` makes of one coordinator of version 8 or later. */
export function commitChunks(
  groups: readonly string[],
  expectedRows: (group: string) => number,
  limits: { readonly rows: number; readonly groups: number },
): string[][] {
  return chunksByWeight(groups, expectedRows, limits.rows, limits.groups)
}

export function byCoordinator(
  groups: Iterable<{ readonly id: string; readonly coordinator: number }>,
): Map<number, string[]> {
  const byNode = new Map<number, string[]>()
  for (const { id, coordinator } of groups) {
    const others = byNode.get(coordinator)
    if (others === undefined) byNode.set(coordinator, [id])
    else others.push(id)
  }
  return byNode
}

class CommitsStage {
  readonly read = new Map<string, GroupCommits>()
  moved: { readonly id: string; readonly node: number; readonly errorCode: number }[] = []
  readonly #poll: Poll
  readonly #question: CommitsQuestion

  constructor(poll: Poll, question: CommitsQuestion) {
    this.#poll = poll
    this.#question = question
  }

  async ask(groupsOf: ReadonlyMap<number, readonly string[]>, mayRetry: boolean): Promise<void> {
    await Promise.all([...groupsOf].map(([node, groups]) => this.#askCoordinator(node, groups, mayRetry)))
  }

  /** Once, at the coordinators that are now named. */
  async retry(): Promise<void> {
    const moved = this.moved
    this.moved = []
    const found = await findCoordinators(
      this.#poll,
      moved.map(group => group.id),
      false,
    )
    const again: { id: string; coordinator: number }[] = []
    for (const { id, node, errorCode } of moved) {
      const coordinator = found.get(id)
      if (coordinator?.ok) again.push({ id, coordinator: coordinator.value })
      else this.#failByBroker(id, node, errorCode)
    }
    await this.ask(byCoordinator(again), false)
  }

  async #askCoordinator(node: number, groups: readonly string[], mayRetry: boolean): Promise<void> {
    const poll = this.#poll
    const version = await poll.calls.versionOf(node, OFFSET_FETCH)
    if (!version.ok) {
      this.#fail(groups, node, version.failure)
      return
    }
    const isSingle = version.value < OFFSET_FETCH_MANY_GROUPS
    await forEachChunk(
      isSingle
        ? groups.map(group => [group])
        : commitChunks(groups, this.#question.expectedRows, poll.limits),
      paceOf(poll, isSingle ? SINGLE_CONCURRENCY : poll.limits.concurrency),
      chunk => this.#askGroups(node, chunk, mayRetry),
      (chunk, failure) => this.#fail(chunk, node, failure),
    )
  }

  async #askGroups(node: number, groups: readonly string[], mayRetry: boolean): Promise<void> {
    const { topology } = this.#question
    const answer = await this.#poll.calls.ask(node, {
      api: OFFSET_FETCH,
      encode: version => encodeOffsetFetch(version, groups),
      decode: (version, body) => decodeOffsetFetch(version, body, topology, groups),
    })
    if (!answer.ok) {
      this.#fail(groups, node, answer.failure)
      return
    }
    const left = new Set(groups)
    for (const group of answer.value.groups) if (left.delete(group.id)) this.#judge(node, group, mayRetry)
    if (left.size > 0) {
      const message = `broker ${node}: left out of the answer`
      this.#fail([...left], node, { code: 'MALFORMED_RESPONSE', message })
    }
  }

  #judge(node: number, group: FetchedOffsets, mayRetry: boolean): void {
    const { id, errorCode, rows, offsets } = group
    if (errorCode !== NONE) {
      if (mayRetry && COORDINATOR_MOVED.has(errorCode)) this.moved.push({ id, node, errorCode })
      else this.#failByBroker(id, node, errorCode)
      return
    }
    this.read.set(id, { commits: { rows, offsets }, failure: null })
    if (group.unreadable === 0) return
    const code = errorName(group.firstPartitionError)
    const row = rows[offsets.findIndex(Number.isNaN)] as number
    const example = `${partitionName(this.#question.topology, row)} of group ${id}`
    const struck = { what: 'partition', example, count: group.unreadable } as const
    this.#poll.errors.add('commits', node, { code, message: `broker ${node}: ${code}` }, struck)
  }

  #failByBroker(group: string, node: number, errorCode: number): void {
    const code = errorName(errorCode)
    this.#fail([group], node, { code, message: `broker ${node}: ${code}` })
  }

  #fail(groups: readonly string[], node: number, failure: Failure): void {
    for (const group of groups) this.read.set(group, { commits: null, failure })
    const example = groups[0]
    if (example === undefined) return
    this.#poll.errors.add('commits', node, failure, { what: 'group', example, count: groups.length })
  }
}
