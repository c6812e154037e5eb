import type { GroupKind } from '../../model/observation.ts'
import { CONSUMER_GROUP_DESCRIBE } from '../wire/consumer-group-describe.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import { decodeListGroups, encodeListGroups, LIST_GROUPS, type ListedGroup } from '../wire/list-groups.ts'
import type { Failure } from './answer.ts'
import type { Poll } from './poll.ts'

export interface PollGroup {
  readonly id: string
  readonly kind: GroupKind
  readonly state: string
  readonly protocolType: string
  /** Broker that listed it. */
  readonly coordinator: number
}

export interface GroupListing {
  /** In order of their names. */
  readonly groups: readonly PollGroup[]
  /** Why a broker's list is missing or not whole, by broker. */
  readonly failures: ReadonlyMap<number, Failure>
}

/** Every broker lists the groups that it coordinates; the union is all groups that this principal may see. */
export async function listGroups(poll: Poll, wants: (group: string) => boolean): Promise<GroupListing> {
  const groups = new Map<string, PollGroup>()
  const failures = new Map<number, Failure>()
  const listOf = async (node: number) => {
    const answer = await poll.calls.ask(node, {
      api: LIST_GROUPS,
      encode: encodeListGroups,
      decode: decodeListGroups,
    })
    if (!answer.ok) {
      failures.set(node, answer.failure)
      return
    }
    const { errorCode } = answer.value
    if (errorCode !== NONE) {
      const code = errorName(errorCode)
      failures.set(node, { code, message: `broker ${node}: ${code}` })
    }
    // With an error the list is what the broker knows so far.
    const knowsKinds = await poll.calls.versionOf(node, CONSUMER_GROUP_DESCRIBE)
    for (const listed of answer.value.groups) {
      if (!wants(listed.id)) continue
      const kind = kindOf(listed, knowsKinds.ok)
      const other = groups.get(listed.id)
      // While a group moves, two brokers may list it: the lower id, so that two polls agree.
      if (other !== undefined && other.coordinator < node) continue
      const { id, state, protocolType } = listed
      groups.set(id, { id, kind, state, protocolType, coordinator: node })
    }
  }
  await Promise.all(poll.brokers.map(broker => listOf(broker.id)))
  for (const [node, failure] of failures) poll.errors.add('commits', node, failure)
  const sorted = [...groups.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  return { groups: sorted, failures }
}

/**
 * ListGroups says the type from v5 (Kafka 3.8). Before, a broker that knows no other kinds has classic groups only;
 * of one that does, what describes the group will tell.
 */
function kindOf({ type, protocolType }: ListedGroup, knowsOtherKinds: boolean): GroupKind {
  switch (type.toLowerCase()) {
    case 'classic':
      return 'classic'
    case 'consumer':
      return 'consumer'
    case 'share':
      return 'share'
    case 'streams':
      return 'streams'
    case '':
      if (protocolType === 'share') return 'share'
      return knowsOtherKinds ? 'unknown' : 'classic'
    default:
      return 'unknown'
  }
}
