import type { ShareOffsets } from '../../model/observation.ts'
import type { Topology } from '../../model/topology.ts'
import {
  DESCRIBE_SHARE_GROUP_OFFSETS,
  type DescribedShareOffsets,
  decodeDescribeShareGroupOffsets,
  encodeDescribeShareGroupOffsets,
} from '../wire/describe-share-group-offsets.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import type { Failure } from './answer.ts'
import { chunksByWeight, forEachChunk } from './chunks.ts'
import { byCoordinator } from './commits-phase.ts'
import { partitionName } from './offsets-phase.ts'
import { type Poll, paceOf } from './poll.ts'

export interface GroupShareOffsets {
  readonly shareOffsets: ShareOffsets | null
  readonly failure: Failure | null
}

/** Share groups commit nothing; their coordinator tells where each share partition starts (KIP-932). */
export async function readShareOffsets(
  poll: Poll,
  topology: Topology,
  groups: readonly { readonly id: string; readonly coordinator: number }[],
): Promise<ReadonlyMap<string, GroupShareOffsets>> {
  const read = new Map<string, GroupShareOffsets>()
  const fail = (failed: readonly string[], node: number, failure: Failure) => {
    for (const group of failed) read.set(group, { shareOffsets: null, failure })
    const example = failed[0] as string
    poll.errors.add('commits', node, failure, { what: 'group', example, count: failed.length })
  }
  const askGroups = async (node: number, chunk: readonly string[]) => {
    const answer = await poll.calls.ask(node, {
      api: DESCRIBE_SHARE_GROUP_OFFSETS,
      encode: version => encodeDescribeShareGroupOffsets(version, chunk),
      decode: (version, body) => decodeDescribeShareGroupOffsets(version, body, topology),
    })
    if (!answer.ok) {
      fail(chunk, node, answer.failure)
      return
    }
    const left = new Set(chunk)
    for (const group of answer.value.groups) {
      if (!left.delete(group.id)) continue
      const code = errorName(group.errorCode)
      if (group.errorCode !== NONE) fail([group.id], node, { code, message: `broker ${node}: ${code}` })
      else read.set(group.id, { shareOffsets: kept(poll, topology, node, group), failure: null })
    }
    if (left.size === 0) return
    fail([...left], node, { code: 'MALFORMED_RESPONSE', message: `broker ${node}: left out of the answer` })
  }
  const askCoordinator = async ([node, ids]: [number, string[]]) => {
    const version = await poll.calls.versionOf(node, DESCRIBE_SHARE_GROUP_OFFSETS)
    if (!version.ok) {
      // Too old to tell is no failure of the group, and would be one in every poll.
      if (version.failure.code !== 'VERSION_UNSUPPORTED') fail(ids, node, version.failure)
      return
    }
    await forEachChunk(
      chunksByWeight(ids, () => 1, poll.limits.describedGroups),
      paceOf(poll),
      chunk => askGroups(node, chunk),
      (chunk, failure) => fail(chunk, node, failure),
    )
  }
  await Promise.all([...byCoordinator(groups)].map(askCoordinator))
  return read
}

function kept(poll: Poll, topology: Topology, node: number, group: DescribedShareOffsets): ShareOffsets {
  const { id, rows, startOffsets, lags, unreadable } = group
  if (unreadable > 0) {
    const code = errorName(group.firstPartitionError)
    const row = rows[startOffsets.findIndex(Number.isNaN)] as number
    const example = `${partitionName(topology, row)} of group ${id}`
    const struck = { what: 'partition', example, count: unreadable } as const
    poll.errors.add('commits', node, { code, message: `broker ${node}: ${code}` }, struck)
  }
  return { rows, startOffsets, lags }
}
