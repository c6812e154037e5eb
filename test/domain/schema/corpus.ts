import type { DropReason } from '../../../src/domain/schema/drop.ts'
import type { Shape } from '../../../src/domain/schema/shape.ts'
import type { Target } from '../../../src/domain/schema/target.ts'

export interface Payload {
  readonly value: unknown
  /** Fields that are dropped of it, sorted; each for the reason of its corpus. */
  readonly drops: readonly string[]
}

export interface Corpus {
  readonly reason: DropReason
  readonly target: Target
  /** What every payload says of itself. */
  readonly shape: Shape | null
  /** Looked at first, and without a fault: registers the fields. */
  readonly first: unknown
  readonly payloads: readonly Payload[]
}

type Random = () => number

/** The same sequence each time (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What every corpus has registered: twenty of each kind, at three depths. */
const WIDTH = 20
const AT = Array.from({ length: WIDTH }, (_, n) => n)
type Level = Record<string, unknown>

function levelOf(random: Random): Level {
  const entries = AT.flatMap((n): [string, unknown][] => [
    [`countOf${n}`, Math.floor(random() * 1_000)],
    [`nameOf${n}`, `n${Math.floor(random() * 1_000)}`],
    [`isOf${n}`, random() < 0.5],
    [`ratioOf${n}`, random() + 0.25],
  ])
  return Object.fromEntries(entries.sort(() => random() - 0.5))
}

function recordOf(random: Random): Level {
  const lines = Array.from({ length: 2 }, () => levelOf(random))
  return { ...levelOf(random), order: levelOf(random), lines }
}

const PLACES: readonly [path: string, of: (record: Level) => Level][] = [
  ['', record => record],
  ['order.', record => record.order as Level],
  ['lines[].', record => (record.lines as Level[])[0] as Level],
]

const typed = (type: 'long' | 'string' | 'boolean' | 'double'): Shape => ({
  types: [type],
  isNullable: false,
})
const level: [string, { shape: Shape; isRequired: boolean }][] = AT.flatMap(n => [
  [`countOf${n}`, { shape: typed('long'), isRequired: true }],
  [`nameOf${n}`, { shape: typed('string'), isRequired: true }],
  [`isOf${n}`, { shape: typed('boolean'), isRequired: true }],
  [`ratioOf${n}`, { shape: typed('double'), isRequired: true }],
])
const within: Shape = { types: ['record'], isNullable: false, fields: () => fieldsWithin }
const fieldsWithin = new Map(level)
const fields = new Map([
  ...level,
  ['order', { shape: within, isRequired: true }],
  ['lines', { shape: { types: ['array'], isNullable: false, items: () => within }, isRequired: true }],
] as typeof level)
const SCHEMA: Shape = { types: ['record'], isNullable: false, fields: () => fields }

type Fault = (level: Level, name: string, n: number) => readonly string[]

/** Damages one field of a level; returns which names are dropped there. */
const FAULTS: Readonly<Record<DropReason, Fault>> = {
  case_collision(level, name, n) {
    const other = n % 2 === 0 ? name.toUpperCase() : name.toLowerCase()
    level[other] = level[name]
    // The newcomer alone, or both of a record.
    if (n % 3 === 0) delete level[name]
    return n % 3 === 0 ? [other] : [name, other]
  },
  name_collision(level, name, n) {
    const other = name.replace('Of', '_of')
    level[other] = level[name]
    if (n % 3 === 0) delete level[name]
    return n % 3 === 0 ? [other] : [name, other]
  },
  type_flip(level, name, n) {
    const others = [7, 'x', true, [], {}, 2.5, new Uint8Array(1)]
    const isSame = (other: unknown) =>
      typeof other === typeof level[name] && (typeof other !== 'object' || other === null)
    const fitting = others.filter(other => !isSame(other))
    level[name] = fitting[n % fitting.length]
    return [name]
  },
  missing_required(level, name) {
    delete level[name]
    return [name]
  },
  null_violation(level, name) {
    level[name] = null
    return [name]
  },
}

const KINDS = ['countOf', 'nameOf', 'isOf', 'ratioOf']

/** Payloads with up to four faults each, of one reason. */
export function corpusOf(reason: DropReason, size: number): Corpus {
  const random = randomFrom(reason.length)
  const below = (limit: number) => Math.floor(random() * limit)
  const payloads = Array.from({ length: size }, (): Payload => {
    const value = recordOf(random)
    const drops = new Set<string>()
    const damaged = new Set<string>()
    // Every tenth is sound.
    for (let faults = below(10) === 0 ? 0 : 1 + below(4); faults > 0; faults--) {
      const [path, of] = PLACES[below(PLACES.length)]!
      const name = `${KINDS[below(KINDS.length)]}${below(WIDTH)}`
      if (damaged.has(path + name)) continue
      damaged.add(path + name)
      for (const dropped of FAULTS[reason](of(value), name, below(1_000))) drops.add(path + dropped)
    }
    return { value, drops: [...drops].sort() }
  })
  const needsSchema = reason === 'missing_required' || reason === 'null_violation'
  return {
    reason,
    target: reason === 'name_collision' ? 'snake_case' : 'none',
    shape: needsSchema ? SCHEMA : null,
    first: recordOf(random),
    payloads,
  }
}
