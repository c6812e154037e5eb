import { availableParallelism } from 'node:os'
import { VARIANTS, type VariantName } from '../promtool/alert-case.ts'
import { type Fired, firedIn } from './fired.ts'
import type { CatalogueSet, Scenario } from './scenario.ts'

const AT_ONCE = 10

export type AllFired = (
  set: CatalogueSet,
  scenario: Scenario,
  variant: VariantName,
) => Promise<readonly Fired[]>

/** Begins to evaluate them all, on every processor, and says of each what has fired when that is known. */
export function startAllFired(sets: readonly CatalogueSet[], scenarios: readonly Scenario[]): AllFired {
  const known = new Map<string, Promise<ReadonlyMap<Scenario, readonly Fired[]>>>()
  const keyOf = (set: CatalogueSet, variant: VariantName, { name }: Scenario) =>
    JSON.stringify([set, variant, name])
  const work: (() => Promise<unknown>)[] = []
  for (const some of batches(scenarios)) {
    for (const set of sets) {
      for (const variant of VARIANTS) {
        let begin = () => {}
        const fired = new Promise<void>(resolve => {
          begin = resolve
        }).then(() => firedIn(set, some, variant))
        for (const scenario of some) known.set(keyOf(set, variant, scenario), fired)
        work.push(() => {
          begin()
          // Told by the test that asks.
          return fired.catch(() => {})
        })
      }
    }
  }
  const next = work.values()
  for (let i = 0; i < availableParallelism(); i++) void goOn(next)
  return async (set, scenario, variant) => {
    const fired = (await known.get(keyOf(set, variant, scenario)))?.get(scenario)
    if (!fired) throw new Error(`${scenario.name} is not among the scenarios that were begun`)
    return fired
  }
}

async function goOn(next: IterableIterator<() => Promise<unknown>>): Promise<void> {
  for (const one of next) await one()
}

/** Of about the same length. Where an exporter or a broker goes, another that stays must not stand in for it. */
function batches(scenarios: readonly Scenario[]): readonly (readonly Scenario[])[] {
  const isAlone = ({ restart, disturb }: Scenario) => restart !== undefined || disturb !== undefined
  const others = scenarios
    .filter(one => !isAlone(one))
    .sort((a, b) => a.trace.durationMs - b.trace.durationMs)
  const together: Scenario[][] = []
  for (let i = 0; i < others.length; i += AT_ONCE) together.push(others.slice(i, i + AT_ONCE))
  return [...scenarios.filter(isAlone).map(one => [one]), ...together]
}
