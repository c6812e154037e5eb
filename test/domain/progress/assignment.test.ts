import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type Assignments,
  isAssignmentUnderstood,
  NO_ASSIGNMENTS,
  restoreAssignments,
  stepAssignments,
} from '../../../src/domain/progress/assignment.ts'
import type { GroupKind, GroupMember } from '../../../src/model/observation.ts'
import type { GroupLayout } from '../../../src/model/snapshot.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'

/** Topics a (rows 0 and 1), b (2) and c (3); the group has commits on a and b. */
const topology = buildTopology([
  { name: 'a', id: '', partitions: 2 },
  { name: 'b', id: '', partitions: 1 },
  { name: 'c', id: '', partitions: 1 },
])
const LAYOUT: GroupLayout = {
  topology,
  groups: ['billing'],
  groupStart: Int32Array.of(0, 2),
  blockTopic: Int32Array.of(0, 1),
  blockStart: Int32Array.of(0, 2, 3),
  cellRow: Int32Array.of(0, 1, 2),
}
const NEW_PLACE = Int32Array.of(-1, -1)

const member = (...rows: number[]): GroupMember => ({
  memberId: `m${rows}`,
  clientId: 'c',
  host: '10.0.0.7',
  rows: Int32Array.from(rows),
})

interface Says {
  readonly kind?: GroupKind
  readonly protocolType?: string
  readonly state?: string
  readonly isDescribed?: boolean
  readonly members?: readonly GroupMember[] | null
  readonly describedAt?: number
}

function step(before: Assignments, now: number, says: Says, previousBlock: Int32Array | null = null) {
  const group = {
    kind: says.kind ?? 'classic',
    protocolType: says.protocolType ?? 'consumer',
    members: says.members ?? null,
    describedAt: says.describedAt ?? (says.members ? now : 0),
  }
  const presence = { state: says.state ?? 'Stable', since: 0, isDescribed: says.isDescribed ?? true }
  const placement = { layout: LAYOUT, previousCell: null, previousBlock, incoming: new Float64Array(3) }
  const groups = new Map([['billing', group]])
  return toEnd(stepAssignments(before, placement, groups, new Map([['billing', presence]]), now))
}

const WORDS = ['unknown', 'assigned', 'unassigned']
const words = ({ verdict, unassignedSince }: Assignments) =>
  Array.from(verdict, (v, b) =>
    Number.isNaN(unassignedSince[b]) ? WORDS[v] : `${WORDS[v]} since ${unassignedSince[b]}`,
  )
const fresh = (says: Says) => words(step(NO_ASSIGNMENTS, 5, says, NEW_PLACE))

describe('the assignment of a topic', () => {
  it('is what the members of a described Stable group have', () => {
    assert.deepEqual(fresh({ members: [member(1), member()] }), ['assigned', 'unassigned since 5'])
    assert.deepEqual(fresh({ members: [member(3), member(2)] }), ['unassigned since 5', 'assigned'])
  })

  const UNKNOWN: Readonly<Record<string, Says>> = {
    'before the first description': {},
    'of a description from before it was Stable': { isDescribed: false, members: [member(1)] },
    'of members without any partition': { members: [member(), member()] },
    'of no members': { members: [] },
    'of an Empty group': { state: 'Empty', members: [member(1)] },
    "of Connect's workers": { protocolType: 'connect', members: [member(1)] },
    'of a kind that is not known': { kind: 'unknown', members: [member(1)] },
  }
  for (const [name, says] of Object.entries(UNKNOWN)) {
    it(`is not known ${name}`, () => assert.deepEqual(fresh(says), ['unknown', 'unknown']))
  }

  it('is understood of the kinds that say what they read', () => {
    const understood = (kind: GroupKind, protocolType: string) =>
      isAssignmentUnderstood({ kind, protocolType })
    assert.deepEqual(
      [
        understood('classic', 'consumer'),
        understood('consumer', ''),
        understood('streams', ''),
        understood('classic', ''),
        understood('share', ''),
      ],
      [true, true, true, false, false],
    )
  })

  const described = { members: [member(0)] }
  const before = step(NO_ASSIGNMENTS, 5, described, NEW_PLACE)

  it('stands, and counts on, while nothing new is said', () => {
    assert.deepEqual(words(step(before, 20, described)), ['assigned', 'unassigned since 5'])
    const rebalancing = { state: 'PreparingRebalance', isDescribed: false, members: [member()] }
    assert.deepEqual(words(step(before, 20, rebalancing)), ['assigned', 'unassigned since 5'])
  })

  it('changes with the next description', () => {
    const next = step(before, 20, { members: [member(2)] })
    assert.deepEqual(words(next), ['unassigned since 20', 'assigned'])
    assert.deepEqual(words(step(next, 30, described)), ['assigned', 'unassigned since 30'])
  })

  it('falls when the group is Empty, and is not known, but not forgotten, once the description is too old', () => {
    assert.deepEqual(words(step(before, 20, { state: 'Empty' })), ['unknown', 'unknown'])
    const old = step(before, 20, { members: null, describedAt: 3 })
    assert.deepEqual(words(old), ['unknown', 'unknown since 5'])
    assert.deepEqual(words(step(old, 30, { members: [member(1)] })), ['assigned', 'unassigned since 5'])
  })

  it('moves with its block', () => {
    const swapped = step(before, 20, { isDescribed: false, members: null }, Int32Array.of(1, 0))
    assert.deepEqual(words(swapped), ['unassigned since 5', 'assigned'])
  })

  it('of a topic that came after the last description is not known, unless that already names it', () => {
    const older = { members: [member(1)], describedAt: 3 }
    assert.deepEqual(words(step(NO_ASSIGNMENTS, 5, older, NEW_PLACE)), ['assigned', 'unknown'])
    const rowsGone = { members: [member(2)], describedAt: 3 }
    assert.deepEqual(words(step(before, 20, rowsGone, Int32Array.of(0, -1))), ['assigned', 'assigned'])
  })

  it('is restored where it was unassigned, until it is described', () => {
    const restored = restoreAssignments(before.unassignedSince)
    assert.deepEqual(words(restored), ['unknown', 'unassigned since 5'])
    assert.deepEqual(words(step(restored, 20, { isDescribed: false })), ['unknown', 'unassigned since 5'])
    assert.deepEqual(words(step(restored, 20, { members: [member(2)] })), ['unassigned since 20', 'assigned'])
  })

  it('does not count from the future when the clock is set back', () => {
    assert.deepEqual(words(step(before, 2, described)), ['assigned', 'unassigned since 2'])
  })
})
