import type { ColumnFamily, Family } from './family.ts'

type Changes = Pick<ColumnFamily, 'name' | 'subject' | 'labelNames'> &
  Partial<Pick<ColumnFamily, 'column' | 'help'>>

/** A native family under another name. What else there is to say of it goes along. */
export function renamed(natives: readonly Family[], native: string, changes: Changes): ColumnFamily {
  const family = natives.find(each => each.name === native)
  if (family?.kind !== 'column') throw new Error(`${native} is no family of a column`)
  return { ...family, ...changes }
}
