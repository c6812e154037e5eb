import { isDeepStrictEqual } from 'node:util'
import type { PartChanges } from '../model/reload.ts'

/** A part of the exporter by the name that it is known by in the settings, and all that it is made of. */
export interface PartSpec<Spec> {
  readonly name: string | null
  readonly spec: Spec
}

/** A part is the same where its name is; under another name it is another one. */
export function partChanges<Spec>(
  before: readonly PartSpec<Spec>[],
  after: readonly PartSpec<Spec>[],
): PartChanges {
  const earlier = new Map(before.map(({ name, spec }) => [name, spec]))
  const names = new Set(after.map(({ name }) => name))
  const known = after.filter(({ name }) => earlier.has(name))
  const isSame = ({ name, spec }: PartSpec<Spec>) => isDeepStrictEqual(earlier.get(name), spec)
  return {
    added: after.filter(({ name }) => !earlier.has(name)).map(({ name }) => name),
    removed: before.filter(({ name }) => !names.has(name)).map(({ name }) => name),
    changed: known.filter(part => !isSame(part)).map(({ name }) => name),
    kept: known.filter(isSame).map(({ name }) => name),
  }
}
