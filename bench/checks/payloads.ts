import type { FieldShape, Shape } from '../../src/checks.ts'

/** What is looked at: so many records alike, and what their schema says. */
export interface Payloads {
  readonly records: readonly unknown[]
  readonly shape: Shape | null
}

const VALUES = [
  (n: number) => n,
  (n: number) => `value ${n}`,
  (n: number) => n % 2 === 0,
  (n: number) => n + 0.5,
]
const TYPES = ['long', 'string', 'boolean', 'double'] as const

/** Fields of one record, in levels of up to `width`. */
function record(fields: number, seed: number, width: number): Record<string, unknown> {
  const own = Math.min(width, fields)
  const level: Record<string, unknown> = {}
  for (let n = 0; n < own; n++) level[`fieldNumber${n}`] = VALUES[n % 4]!(n + seed)
  let left = fields - own
  for (let n = 0; left > 0; n++) {
    // The field that holds a level is one itself.
    const share = Math.min(left - 1, Math.ceil((fields - own) / width))
    level[`level${n}`] = share > 0 ? record(share, seed + n, width) : null
    left -= share + 1
  }
  return level
}

export function fieldsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, field) => sum + 1 + fieldsOf(field), 0)
}

function shapeLike(value: Record<string, unknown>): Shape {
  const fields = new Map<string, FieldShape>()
  for (const [name, field] of Object.entries(value)) {
    const isLevel = typeof field === 'object' && field !== null
    const type = TYPES[Number(name.replace('fieldNumber', '')) % 4] ?? 'string'
    const shape: Shape = isLevel
      ? shapeLike(field as Record<string, unknown>)
      : { types: [type], isNullable: field === null }
    fields.set(name, { shape, isRequired: true })
  }
  return { types: ['record'], isNullable: false, fields: () => fields }
}

/** In every tenth field another type, and beside every tenth a name that collides. */
function damaged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, field], n): [string, unknown][] => {
    if (n % 10 === 3) return [[name, Array.isArray(field) ? 'x' : []]]
    if (n % 10 === 7) return [[name.toUpperCase(), field]]
    return [[name, damaged(field)]]
  })
  return Object.fromEntries(entries)
}

export const KINDS = ['learnt', 'schema', 'damaged', 'flat', 'flat, damaged'] as const

export function payloadsOf(fields: number, kind: (typeof KINDS)[number]): Payloads {
  const width = kind.startsWith('flat') ? fields : 50
  const records = Array.from({ length: 8 }, (_, n) => record(fields, n, width))
  const [first, ...others] = records
  const shape = kind === 'schema' ? shapeLike(first as Record<string, unknown>) : null
  return { records: kind.endsWith('damaged') ? [first, ...others.map(damaged)] : records, shape }
}
