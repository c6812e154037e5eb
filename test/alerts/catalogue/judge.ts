import type { Fired } from './fired.ts'
import type { CatalogueSet, Expected, Scenario } from './scenario.ts'

/** One line of the table: what had to fire, what has, and how long after the fault. */
export interface Verdict {
  readonly text: string
  readonly after: number | null
  readonly isRight: boolean
}

const textOf = ({ alert, labels }: Pick<Fired, 'alert' | 'labels'>) => {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${alert}{${pairs.map(([name, value]) => `${name}=${value}`).join(', ')}}`
}

export function expectedOf(set: CatalogueSet, scenario: Scenario): readonly Expected[] {
  return set === 'kafka-exporter' ? scenario.offsetsOnly.fires : scenario.fires
}

/** Each alert that had to fire, in its time; and each that fired and had not to. */
export function judge(
  { faultAt }: Scenario,
  expected: readonly Expected[],
  fired: readonly Fired[],
  slack: number,
): readonly Verdict[] {
  const left = new Map(fired.map(one => [textOf(one), one.onset - faultAt / 60_000]))
  const found = expected.map(one => {
    const text = textOf(one)
    const after = left.get(text) ?? null
    left.delete(text)
    const [earliest, latest] = one.within
    return { text, after, isRight: after !== null && after >= earliest && after <= latest + slack }
  })
  return [...found, ...[...left].map(([text, after]) => ({ text, after, isRight: false }))]
}
