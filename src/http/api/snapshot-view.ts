import type { Snapshot } from '../../model/snapshot.ts'
import { type Steps, toEnd } from '../../model/steps.ts'

/**
 * What is derived of a snapshot when somebody first looks, and lives as long as it. It is built once, in steps: several
 * may build at a time, each goes on where another has stopped.
 */
export class SnapshotView<Result> {
  readonly #build: (snapshot: Snapshot) => Steps<Result>
  readonly #views = new WeakMap<Snapshot, { readonly building: Steps<Result> } | { readonly built: Result }>()

  constructor(build: (snapshot: Snapshot) => Steps<Result>) {
    this.#build = build
  }

  *steps(snapshot: Snapshot): Steps<Result> {
    for (;;) {
      const view = this.#views.get(snapshot) ?? { building: this.#build(snapshot) }
      if ('built' in view) return view.built
      const { done, value } = view.building.next()
      this.#views.set(snapshot, done ? { built: value } : view)
      if (!done) yield
    }
  }

  /** At once, where the steps have not been taken before. */
  of(snapshot: Snapshot): Result {
    return toEnd(this.steps(snapshot))
  }
}
