import type { GroupDescription, GroupKind, GroupMember } from '../../model/observation.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { rowOf, type Topology } from '../../model/topology.ts'
import type { AssignedTopic, DescribedGroup } from '../wire/described-group.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import type { Failure } from './answer.ts'
import { chunksByWeight, forEachChunk } from './chunks.ts'
import { DESCRIBERS, type Describer, GUESSES } from './describers.ts'
import type { PollGroup } from './group-listing.ts'
import { type Poll, paceOf } from './poll.ts'
import { SlowClock } from './slow-clock.ts'

const GROUP_ID_NOT_FOUND = 69
const BATCH = 300
const BURST = 2_000

/**
 * Describes each group now and then, and at once when it is new or its listed state has changed. A group without
 * members needs no question: that it is Empty says all but the epoch.
 */
export class Descriptions {
  readonly #clock: SlowClock
  /** The listed state when the group was last described, by group. */
  #describedIn = new Map<string, string>()
  /** Kinds that ListGroups did not tell. */
  #kinds = new Map<string, GroupKind>()

  constructor(everyMs: number) {
    this.#clock = new SlowClock({ everyMs, batch: BATCH, burst: BURST })
  }

  kindOf(group: PollGroup): GroupKind {
    return group.kind === 'unknown' ? (this.#kinds.get(group.id) ?? 'unknown') : group.kind
  }

  async read(
    poll: Poll,
    topology: Topology,
    groups: readonly PollGroup[],
  ): Promise<ReadonlyMap<string, GroupDescription>> {
    this.#forgetAllBut(groups)
    const now = poll.calls.clock()
    const round = new DescriptionRound(poll, topology)
    const toAsk = new Map<string, PollGroup>()
    for (const group of groups) {
      if (group.state === 'Empty') {
        round.read.set(group.id, { state: 'Empty', protocol: '', members: [], epoch: -1 })
        this.#describedIn.set(group.id, group.state)
      } else if (group.state !== 'Dead') toAsk.set(group.id, group)
    }
    const isChanged = (id: string) => this.#describedIn.get(id) !== toAsk.get(id)?.state
    const due = await poll.calls.run(this.#clock.take([...toAsk.keys()], now, isChanged))
    await round.ask(
      due.map(id => ({ ...(toAsk.get(id) as PollGroup), kind: this.kindOf(toAsk.get(id) as PollGroup) })),
    )
    for (const id of round.answered) {
      this.#clock.asked(id, now)
      this.#describedIn.set(id, toAsk.get(id)?.state ?? '')
    }
    for (const [id, kind] of round.kinds) this.#kinds.set(id, kind)
    return round.read
  }

  #forgetAllBut(groups: readonly PollGroup[]): void {
    const describedIn = new Map<string, string>()
    const kinds = new Map<string, GroupKind>()
    for (const { id } of groups) {
      const state = this.#describedIn.get(id)
      if (state !== undefined) describedIn.set(id, state)
      const kind = this.#kinds.get(id)
      if (kind !== undefined) kinds.set(id, kind)
    }
    this.#describedIn = describedIn
    this.#kinds = kinds
  }
}

class DescriptionRound {
  readonly read = new Map<string, GroupDescription>()
  /** Groups about which a coordinator said something, if only an error. */
  readonly answered = new Set<string>()
  readonly kinds = new Map<string, GroupKind>()
  readonly #poll: Poll
  readonly #topology: Topology

  constructor(poll: Poll, topology: Topology) {
    this.#poll = poll
    this.#topology = topology
  }

  async ask(groups: readonly PollGroup[]): Promise<void> {
    const unknown = groups.filter(group => group.kind === 'unknown')
    const known = groups.filter(group => group.kind !== 'unknown')
    await Promise.all([
      this.#askKinds(known, group => DESCRIBERS[group.kind as Exclude<GroupKind, 'unknown'>]),
      this.#guess(unknown),
    ])
  }

  /** One API after the other, until one knows the group. */
  async #guess(groups: readonly PollGroup[]): Promise<void> {
    let left = groups
    for (const describer of GUESSES) {
      if (left.length === 0) return
      await this.#askKinds(left, () => describer)
      left = left.filter(group => !this.kinds.has(group.id))
    }
  }

  async #askKinds(groups: readonly PollGroup[], describerOf: (group: PollGroup) => Describer): Promise<void> {
    const questions = new Map<string, { node: number; describer: Describer; ids: string[] }>()
    for (const group of groups) {
      const describer = describerOf(group)
      const key = `${group.coordinator} ${describer.kind}`
      const question = questions.get(key)
      if (question === undefined) {
        questions.set(key, { node: group.coordinator, describer, ids: [group.id] })
      } else question.ids.push(group.id)
    }
    await Promise.all(
      [...questions.values()].map(async ({ node, describer, ids }) => {
        const version = await this.#poll.calls.versionOf(node, describer.api, true)
        if (!version.ok) {
          // A broker that is too old to describe this kind leaves it undescribed: no failure, and no news.
          if (version.failure.code === 'VERSION_UNSUPPORTED') for (const id of ids) this.answered.add(id)
          else this.#fail(ids, node, version.failure)
          return
        }
        await forEachChunk(
          chunksByWeight(ids, () => 1, this.#poll.limits.describedGroups),
          paceOf(this.#poll),
          chunk => this.#askGroups(node, describer, chunk),
          (chunk, failure) => this.#fail(chunk, node, failure),
        )
      }),
    )
  }

  async #askGroups(node: number, describer: Describer, groups: readonly string[]): Promise<void> {
    const answer = await this.#poll.calls.ask(node, {
      api: describer.api,
      isSlow: true,
      encode: version => describer.encode(version, groups),
      decode: describer.decode,
    })
    if (!answer.ok) {
      this.#fail(groups, node, answer.failure)
      return
    }
    const asked = new Set(groups)
    for (const group of answer.value.groups) {
      if (!asked.has(group.id)) continue
      this.answered.add(group.id)
      if (group.errorCode === NONE && group.state !== 'Dead') {
        this.kinds.set(group.id, describer.kind)
        this.read.set(group.id, await this.#poll.calls.run(toDescription(group, this.#topology)))
      } else if (group.errorCode !== NONE && group.errorCode !== GROUP_ID_NOT_FOUND) {
        // Dead and GROUP_ID_NOT_FOUND are answers, not failures: it is gone since it was listed, or of another kind.
        const code = errorName(group.errorCode)
        this.#fail([group.id], node, { code, message: `broker ${node}: ${code}` })
      }
    }
  }

  #fail(groups: readonly string[], node: number, failure: Failure): void {
    const struck = { what: 'group', example: groups[0] as string, count: groups.length } as const
    this.#poll.errors.add('slow', node, failure, struck)
  }
}

function* toDescription(group: DescribedGroup, topology: Topology): Steps<GroupDescription> {
  const { state, protocol, epoch } = group
  const members: GroupMember[] = []
  let budget = ROWS_PER_STEP
  for (const { memberId, clientId, host, assignment } of group.members) {
    const rows = rowsOf(assignment, topology)
    members.push({ memberId, clientId, host, rows })
    budget -= rows.length + 4
    if (budget > 0) continue
    yield
    budget = ROWS_PER_STEP
  }
  return { state, protocol, members, epoch }
}

/** What is assigned of filtered or deleted topics is left out. */
function rowsOf(assignment: readonly AssignedTopic[], topology: Topology): Int32Array {
  const rows: number[] = []
  for (const { topic, partitions } of assignment) {
    for (const partition of partitions) {
      const row = rowOf(topology, topic, partition)
      if (row >= 0) rows.push(row)
    }
  }
  return Int32Array.from(rows)
}
