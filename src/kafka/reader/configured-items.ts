import type { MissingReason } from '../../model/observation.ts'
import { DESCRIBE_GROUPS, decodeDescribeGroups, encodeDescribeGroups } from '../wire/describe-groups.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import { decodeMetadata, encodeMetadata, METADATA } from '../wire/metadata.ts'
import { type Answer, answered, type Failure } from './answer.ts'
import { chunksByWeight, forEachChunk } from './chunks.ts'
import { byCoordinator, COORDINATOR_MOVED } from './commits-phase.ts'
import { findCoordinators } from './coordinator-lookup.ts'
import { OFFSETS_TOPIC } from './metadata-phase.ts'
import { livingNodes, type Poll, paceOf } from './poll.ts'

const UNKNOWN_TOPIC_OR_PARTITION = 3
const GROUP_ID_NOT_FOUND = 69

export interface MissingItems {
  readonly topics: ReadonlyMap<string, MissingReason>
  readonly groups: ReadonlyMap<string, MissingReason>
}

export interface ConfiguredQuestion {
  /** Configured topics that the metadata of all topics did not hold. */
  readonly topics: readonly string[]
  /** Configured groups that no broker listed. */
  readonly groups: readonly string[]
  readonly isOffsetsTopicVisible: boolean
  readonly groupsComplete: boolean
  /** Brokers whose list of groups is missing or not whole, and why. */
  readonly listingFailures: ReadonlyMap<number, Failure>
}

/** What may not be seen is left out of lists in silence: only a question by name tells it from what does not exist. */
export async function askByName(poll: Poll, question: ConfiguredQuestion): Promise<MissingItems> {
  const asksForOffsetsTopic = question.groups.length > 0 && !question.isOffsetsTopicVisible
  const topics = asksForOffsetsTopic ? [...question.topics, OFFSETS_TOPIC] : question.topics
  const reasons = await missingTopics(poll, topics)
  const offsetsTopic = reasons.get(OFFSETS_TOPIC)
  if (!question.topics.includes(OFFSETS_TOPIC)) reasons.delete(OFFSETS_TOPIC)
  return { topics: reasons, groups: await missingGroups(poll, question, offsetsTopic) }
}

async function missingTopics(poll: Poll, topics: readonly string[]): Promise<Map<string, MissingReason>> {
  const reasons = new Map<string, MissingReason>()
  if (topics.length === 0) return reasons
  const answer = await poll.calls.askAny({
    api: METADATA,
    isSlow: true,
    encode: version => encodeMetadata(version, { topics }),
    decode: decodeMetadata,
  })
  const failure = answer.ok ? errorName(answer.value.value.errorCode) : answer.failure.code
  for (const topic of topics) {
    reasons.set(topic, { kind: 'unreadable', code: failure === 'NONE' ? 'MALFORMED_RESPONSE' : failure })
  }
  if (!answer.ok) {
    const struck = { what: 'topic', example: topics[0] as string, count: topics.length } as const
    poll.errors.add('slow', -1, answer.failure, struck)
    return reasons
  }
  const { value } = answer.value
  value.topics.forEach((topic, i) => {
    const code = value.topicErrors[i] as number
    if (code === NONE) reasons.delete(topic)
    else reasons.set(topic, reasonOf(code, UNKNOWN_TOPIC_OR_PARTITION))
  })
  return reasons
}

function reasonOf(errorCode: number, absent: number): MissingReason {
  if (errorCode === absent) return { kind: 'absent' }
  const code = errorName(errorCode)
  return { kind: code.endsWith('_AUTHORIZATION_FAILED') ? 'denied' : 'unreadable', code }
}

async function missingGroups(
  poll: Poll,
  question: ConfiguredQuestion,
  offsetsTopic: MissingReason | undefined,
): Promise<Map<string, MissingReason>> {
  const { groups } = question
  // No group can exist before the topic that keeps them.
  if (offsetsTopic?.kind === 'absent') return new Map(groups.map(group => [group, { kind: 'absent' }]))
  const reasons = new Map<string, MissingReason>()
  if (groups.length === 0) return reasons
  // FindCoordinator would create that topic where it does not exist, so that a broker is asked at random unless it
  // is known to exist. Whether this principal may see a group any broker can say.
  const mayLookUp = question.isOffsetsTopicVisible || offsetsTopic === undefined
  const coordinators = mayLookUp ? await findCoordinators(poll, groups, true) : anyBroker(poll, groups)
  const placed: { id: string; coordinator: number }[] = []
  for (const [id, coordinator] of coordinators) {
    if (coordinator.ok) placed.push({ id, coordinator: coordinator.value })
    else reasons.set(id, reasonOfFailure(coordinator.failure.code))
  }
  await Promise.all(
    [...byCoordinator(placed)].map(([node, ids]) =>
      forEachChunk(
        chunksByWeight(ids, () => 1, poll.limits.describedGroups),
        paceOf(poll),
        chunk => askExistence(poll, question, node, chunk, reasons),
        (chunk, failure) => {
          for (const id of chunk) reasons.set(id, reasonOfFailure(failure.code))
        },
      ),
    ),
  )
  return reasons
}

function anyBroker(poll: Poll, groups: readonly string[]): Map<string, Answer<number>> {
  const node = livingNodes(poll)[0]
  const failure = { code: 'UNKNOWN_BROKER', message: 'no broker is left to ask' }
  return new Map(groups.map(group => [group, node === undefined ? { ok: false, failure } : answered(node)]))
}

/**
 * DescribeGroups says `Dead` or GROUP_ID_NOT_FOUND both for a group that does not exist and for one of another kind.
 * The second would have been listed: it is absent if its coordinator's list was whole.
 */
async function askExistence(
  poll: Poll,
  question: ConfiguredQuestion,
  node: number,
  groups: readonly string[],
  reasons: Map<string, MissingReason>,
): Promise<void> {
  const answer = await poll.calls.ask(node, {
    api: DESCRIBE_GROUPS,
    isSlow: true,
    encode: version => encodeDescribeGroups(version, groups),
    decode: decodeDescribeGroups,
  })
  for (const id of groups) {
    reasons.set(id, reasonOfFailure(answer.ok ? 'MALFORMED_RESPONSE' : answer.failure.code))
  }
  if (!answer.ok) return
  const listing = question.listingFailures.get(node)
  const unlisted: MissingReason =
    listing === undefined ? { kind: 'absent' } : { kind: 'unreadable', code: listing.code }
  for (const { id, errorCode, state } of answer.value.groups) {
    if (errorCode === GROUP_ID_NOT_FOUND || (errorCode === NONE && state === 'Dead'))
      reasons.set(id, unlisted)
    else if (errorCode === NONE) reasons.delete(id)
    // Another broker may be its coordinator, but all of them have listed their groups.
    else if (COORDINATOR_MOVED.has(errorCode) && question.groupsComplete && !question.isOffsetsTopicVisible) {
      reasons.set(id, { kind: 'absent' })
    } else reasons.set(id, reasonOf(errorCode, GROUP_ID_NOT_FOUND))
  }
}

function reasonOfFailure(code: string): MissingReason {
  return { kind: code.endsWith('_AUTHORIZATION_FAILED') ? 'denied' : 'unreadable', code }
}
