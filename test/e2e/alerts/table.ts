import type { Case } from './case.ts'
import { type ExpectedAlert, matches, RECEIVERS } from './expected-alert.ts'
import { isOf, type Told } from './told.ts'

export interface Comparison {
  /** Markdown. */
  readonly table: string
  /** What differs between what was expected and what was received; none where all is well. */
  readonly differences: readonly string[]
}

/** What was expected beside what came. */
export function compare(
  fromTheStart: readonly ExpectedAlert[],
  cases: readonly Case[],
  received: readonly Told[],
  startedAt: number,
): Comparison {
  const rows: string[][] = []
  const differences: string[] = []
  const claimed = new Set<Told>()
  const check = (what: string, expected: ExpectedAlert, brokenAt: number, mendedAt: number, said?: Texts) => {
    const found = received.filter(one => isOf(one.labels, expected))
    for (const one of found) claimed.add(one)
    const label = `${expected.alert} ${about(expected)}`
    const differ = (problem: string) => differences.push(`${label}: ${problem}`)
    if (expected.fate === 'inhibited') {
      if (found.length > 0) differ('told although it is inhibited')
      if (said) checkTexts(expected, said, differ)
    } else if (found.length !== 1) differ(`fired ${found.length} times, expected once`)
    else checkTold(expected, found[0]!, differ)
    rows.push([what, expected.alert, about(expected), ...outcome(expected, found[0], brokenAt, mendedAt)])
  }
  for (const expected of fromTheStart) check('new groups', expected, startedAt, startedAt)
  for (const { what, expected, brokenAt, mendedAt, held, failures } of cases) {
    differences.push(...failures)
    for (const [i, one] of expected.entries()) {
      check(i === 0 ? what : '', one, brokenAt, mendedAt, held.get(one) as Texts | undefined)
    }
  }
  for (const other of received.filter(one => !claimed.has(one))) {
    differences.push(`not expected: ${JSON.stringify(other)}`)
  }
  return { table: markdown(rows), differences }
}

type Texts = Pick<Told, 'summary' | 'description'>

function checkTold(expected: ExpectedAlert, told: Told, differ: (problem: string) => void): void {
  checkTexts(expected, told, differ)
  const receiver = RECEIVERS[expected.severity]
  if (told.receivers.join() !== receiver) differ(`told ${told.receivers}, expected ${receiver}`)
  if (told.firing.length !== 1) differ(`told ${told.firing.length} times, expected once`)
  if (!expected.lasts && told.resolved.length !== 1)
    differ(`its end told ${told.resolved.length} times, expected once`)
}

function checkTexts(expected: ExpectedAlert, told: Texts, differ: (problem: string) => void): void {
  for (const text of ['summary', 'description'] as const)
    if (!matches(expected[text], told[text])) differ(`says "${told[text]}", expected "${expected[text]}"`)
}

function outcome(
  expected: ExpectedAlert,
  told: Told | undefined,
  brokenAt: number,
  mendedAt: number,
): string[] {
  const receiver = RECEIVERS[expected.severity]
  if (expected.fate === 'inhibited') return ['inhibited', told ? `**${told.receivers}**` : '–', '–', '–']
  if (!told) return [receiver, '**nothing**', '–', '–']
  const after = (times: readonly number[], since: number) =>
    times.length === 0 ? '–' : times.map(at => minutes(at - since)).join(', ')
  return [
    expected.fate === 'late' ? `${receiver}, after the mend` : receiver,
    told.receivers.join(),
    after(told.firing, brokenAt),
    expected.lasts && told.resolved.length === 0 ? 'later' : after(told.resolved, mendedAt),
  ]
}

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function about({ about }: ExpectedAlert): string {
  return Object.entries(about)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

const HEAD = ['fault', 'alert', 'labels', 'expected by', 'received by', 'told after', 'over after the mend']

function markdown(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map(line)].join('\n')
}
