import { errorName, NONE } from '../wire/error-codes.ts'
import {
  decodeFindCoordinator,
  encodeFindCoordinator,
  FIND_COORDINATOR,
  FIND_COORDINATOR_MANY_GROUPS,
} from '../wire/find-coordinator.ts'
import { type Answer, answered, refused } from './answer.ts'
import { chunksByWeight, forEachChunk } from './chunks.ts'
import { askLiving, livingNodes, type Poll, paceOf } from './poll.ts'

/** The coordinator of each group, as any broker knows it. */
export async function findCoordinators(
  poll: Poll,
  groups: readonly string[],
  isSlow: boolean,
): Promise<Map<string, Answer<number>>> {
  const found = new Map<string, Answer<number>>()
  const first = livingNodes(poll)[0]
  const version = first === undefined ? null : await poll.calls.versionOf(first, FIND_COORDINATOR, isSlow)
  const isSingle = version?.ok === true && version.value < FIND_COORDINATOR_MANY_GROUPS
  const { describedGroups, singleLookups } = poll.limits
  const asked = isSingle ? groups.slice(0, singleLookups) : groups
  await forEachChunk(
    chunksByWeight(asked, () => 1, isSingle ? 1 : describedGroups),
    paceOf(poll),
    chunk => lookUp(poll, chunk, isSlow, found),
    (chunk, failure) => {
      for (const group of chunk) found.set(group, { ok: false, failure })
    },
  )
  const left = refused(
    'COORDINATOR_NOT_AVAILABLE',
    `more than ${singleLookups} coordinators to look for in one poll`,
  )
  for (const group of groups.slice(asked.length)) found.set(group, left)
  return found
}

async function lookUp(
  poll: Poll,
  groups: readonly string[],
  isSlow: boolean,
  found: Map<string, Answer<number>>,
): Promise<void> {
  const answer = await askLiving(poll, () =>
    answered({
      api: FIND_COORDINATOR,
      isSlow,
      encode: (version: number) => encodeFindCoordinator(version, groups),
      // biome-ignore lint/correctness/useYield: a few hundred ids are read in one go
      decode: function* (version: number, body: Buffer) {
        return decodeFindCoordinator(version, body, groups)
      },
    }),
  )
  for (const group of groups) {
    found.set(group, answer.ok ? refused('MALFORMED_RESPONSE', 'FindCoordinator left out the group') : answer)
  }
  if (!answer.ok) return
  for (const { group, errorCode, node } of answer.value.value.coordinators) {
    const code = errorName(errorCode)
    const isFound = errorCode === NONE && node >= 0
    found.set(group, isFound ? answered(node) : refused(code, `no coordinator: ${code}`))
  }
}
