import type { PartChanges } from '../model/reload.ts'
import { type PartSpec, partChanges } from './part-changes.ts'

export interface NextParts<Part> {
  readonly changes: PartChanges
  /** In the order of what is wanted: those that are the same as before, and new ones. */
  readonly parts: readonly Part[]
  readonly fresh: readonly Part[]
  /** Those before that have no place any more, be they replaced or removed. */
  readonly left: readonly Part[]
}

/** Goes from the parts of one list to those of another; what stays the same is not made anew. */
export function nextParts<Spec, Part extends PartSpec<Spec>>(
  before: readonly Part[],
  wanted: readonly PartSpec<Spec>[],
  make: (wanted: PartSpec<Spec>) => Part,
): NextParts<Part> {
  const changes = partChanges(before, wanted)
  const known = new Map(before.map(part => [part.name, part]))
  const isKept = ({ name }: PartSpec<Spec>) => changes.kept.includes(name)
  const parts = wanted.map(each => (isKept(each) ? (known.get(each.name) as Part) : make(each)))
  return {
    changes,
    parts,
    fresh: parts.filter(part => !isKept(part)),
    left: before.filter(part => !isKept(part)),
  }
}
