import { collision, type Drop } from './drop.ts'
import { collisionsIn } from './registered-fields.ts'
import type { Target } from './target.ts'
import { ARRAY, bitOf, RECORD } from './value-type.ts'

/** Default of how deep is looked. */
export const MAX_DEPTH = 32

/** Of a value of which nothing is registered, and of which nothing shall be: which names collide in each of its records. */
export function collisionsWithin(
  value: unknown,
  target: Target,
  path = '',
  drops: Drop[] = [],
  levels = MAX_DEPTH,
): readonly Drop[] {
  const bit = bitOf(value)
  if (levels <= 0) return drops
  if (bit === ARRAY) {
    for (const item of value as readonly unknown[])
      collisionsWithin(item, target, `${path}[]`, drops, levels - 1)
  } else if (bit === RECORD && value !== null) {
    const record = value as Readonly<Record<string, unknown>>
    const names = Object.keys(record)
    const dropped = new Set<string>()
    for (const group of names.length > 1 ? collisionsIn(names, target) : []) {
      for (const name of group) {
        if (dropped.has(name)) continue
        dropped.add(name)
        drops.push(collision(path, name, group.find(other => other !== name) as string))
      }
    }
    for (const name of names) {
      if (dropped.has(name)) continue
      const within = path === '' ? name : `${path}.${name}`
      collisionsWithin(record[name], target, within, drops, levels - 1)
    }
  }
  return drops
}
