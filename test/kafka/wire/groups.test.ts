import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decodeFindCoordinator,
  encodeFindCoordinator,
  FIND_COORDINATOR,
} from '../../../src/kafka/wire/find-coordinator.ts'
import { decodeListGroups, encodeListGroups, LIST_GROUPS } from '../../../src/kafka/wire/list-groups.ts'
import { toEnd } from '../../../src/model/steps.ts'
import type { Message } from '../../fakes/schema-codec.ts'
import { answer, assertSurvivesDamage, understood, versionsOf } from './witness.ts'

const LISTED: Message = {
  throttleTimeMs: 4,
  groups: [
    { groupId: 'billing', protocolType: 'consumer', groupState: 'Stable', groupType: 'classic' },
    { groupId: 'größe', protocolType: '', groupState: 'Empty', groupType: 'share' },
  ],
}

for (const version of versionsOf(LIST_GROUPS)) {
  test(`ListGroups v${version}: groups of every state and type`, () => {
    assert.deepEqual(understood(LIST_GROUPS, version, encodeListGroups(version)), {
      ...(version >= 4 ? { statesFilter: [] } : {}),
      ...(version >= 5 ? { typesFilter: [] } : {}),
    })
    for (const withUnknownTags of [false, true]) {
      const body = answer(LIST_GROUPS, version, { ...LISTED, errorCode: 15 }, { withUnknownTags })
      const since = (from: number, text: string) => (version >= from ? text : '')
      assert.deepEqual(toEnd(decodeListGroups(version, body)), {
        throttleMs: 4,
        errorCode: 15,
        groups: [
          { id: 'billing', protocolType: 'consumer', state: since(4, 'Stable'), type: since(5, 'classic') },
          { id: 'größe', protocolType: '', state: since(4, 'Empty'), type: since(5, 'share') },
        ],
      })
    }
    assertSurvivesDamage(answer(LIST_GROUPS, version, LISTED), bytes =>
      toEnd(decodeListGroups(version, bytes)),
    )
  })
}

test('a long list of groups takes many steps', () => {
  const groups = Array.from({ length: 5_000 }, (_, i) => ({
    groupId: `group-${i}`,
    protocolType: 'consumer',
  }))
  const body = answer(LIST_GROUPS, 5, { groups })
  assert.equal(toEnd(decodeListGroups(5, body)).groups[4_999]?.id, 'group-4999')
  const { length } = [...decodeListGroups(5, body)]
  assert.ok(length >= 4, `${length}`)
})

const COORDINATOR = { nodeId: 3, host: 'kafka-3.example', port: 9092, errorCode: 0, errorMessage: null }

test('FindCoordinator v3 is about one group', () => {
  assert.deepEqual(understood(FIND_COORDINATOR, 3, encodeFindCoordinator(3, ['billing'])), {
    key: 'billing',
    keyType: 0,
  })
  const message = 'FindCoordinator v3 is about one group, not 2'
  assert.throws(() => encodeFindCoordinator(3, ['a', 'b']), { code: 'INTERNAL', message })
  const body = answer(FIND_COORDINATOR, 3, { throttleTimeMs: 6, ...COORDINATOR }, { withUnknownTags: true })
  assert.deepEqual(decodeFindCoordinator(3, body, ['billing']), {
    throttleMs: 6,
    coordinators: [{ group: 'billing', errorCode: 0, node: 3 }],
  })
  assertSurvivesDamage(body, bytes => decodeFindCoordinator(3, bytes, ['billing']))
})

for (const version of versionsOf(FIND_COORDINATOR).filter(v => v >= 4)) {
  test(`FindCoordinator v${version} is about many groups`, () => {
    const groups = ['billing', 'größe']
    assert.deepEqual(understood(FIND_COORDINATOR, version, encodeFindCoordinator(version, groups)), {
      keyType: 0,
      coordinatorKeys: groups,
    })
    const failed = { key: 'größe', nodeId: -1, host: '', port: -1, errorCode: 15, errorMessage: 'none' }
    const message = { throttleTimeMs: 6, coordinators: [{ key: 'billing', ...COORDINATOR }, failed] }
    const expected = {
      throttleMs: 6,
      coordinators: [
        { group: 'billing', errorCode: 0, node: 3 },
        { group: 'größe', errorCode: 15, node: -1 },
      ],
    }
    for (const withUnknownTags of [false, true]) {
      const body = answer(FIND_COORDINATOR, version, message, { withUnknownTags })
      assert.deepEqual(decodeFindCoordinator(version, body, groups), expected)
    }
    const body = answer(FIND_COORDINATOR, version, message)
    assertSurvivesDamage(body, bytes => decodeFindCoordinator(version, bytes, groups))
  })
}
