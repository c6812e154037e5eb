import { messageOf } from '../../../src/errors.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import type { AlertWorld } from './alert-world.ts'
import type { ExpectedAlert } from './expected-alert.ts'
import type { Fault } from './faults.ts'
import { PROFILE } from './profile.ts'
import { isOf, toldIn } from './told.ts'

/** A fault from its beginning to when everybody knows that it is over; times in Unix milliseconds. */
export interface Case extends Fault {
  readonly brokenAt: number
  readonly mendedAt: number
  /** Inhibited ones that Alertmanager had, by the position in `expected`: what they said. */
  readonly held: ReadonlyMap<ExpectedAlert, Readonly<Record<string, string>>>
  /** What was waited for in vain. */
  readonly failures: readonly string[]
}

const patience = { timeoutMs: PROFILE.arrivesWithinSeconds * 1_000, pauseMs: 500 }

/** Breaks everything, then waits for each to be told, mends it, and waits for its end to be told. */
export async function runCases(world: AlertWorld, faults: readonly Fault[]): Promise<readonly Case[]> {
  // A broker last: breaking the others needs it.
  const [first, last] = [faults.filter(one => !one.isLast), faults.filter(one => one.isLast)]
  const broken = await Promise.all(first.map(fault => breakIt(world, fault)))
  return await Promise.all([
    ...broken.map(one => goOn(world, one)),
    ...last.map(async fault => goOn(world, await breakIt(world, fault))),
  ])
}

async function breakIt(world: AlertWorld, fault: Fault): Promise<Broken> {
  const brokenAt = Date.now()
  await fault.breakIt(world)
  return { ...fault, brokenAt }
}

type Broken = Fault & Pick<Case, 'brokenAt'>

/** What never comes is told in the end, beside all that does. */
async function goOn(world: AlertWorld, broken: Broken): Promise<Case> {
  const held = new Map<ExpectedAlert, Readonly<Record<string, string>>>()
  const failures: string[] = []
  const attempt = async (work: () => Promise<unknown>) => {
    await work().catch(error => failures.push(`${broken.what}: ${messageOf(error)}`))
  }
  await attempt(async () => {
    for (const expected of broken.expected.filter(one => one.fate !== 'late')) {
      if (expected.fate === 'inhibited') held.set(expected, await inhibited(world, expected))
      else await told(world, expected, 'firing')
    }
  })
  const mendedAt = Date.now()
  await attempt(async () => {
    await broken.mendIt(world)
    for (const expected of broken.expected) {
      if (expected.fate === 'late') await told(world, expected, 'firing')
      if (expected.fate !== 'inhibited' && !expected.lasts) await told(world, expected, 'resolved')
    }
  })
  return { ...broken, mendedAt, held, failures }
}

export function told(
  { webhooks }: AlertWorld,
  expected: ExpectedAlert,
  status: 'firing' | 'resolved',
): Promise<boolean> {
  return waitUntil(
    `${expected.alert} ${JSON.stringify(expected.about)} ${status}`,
    () => toldIn(webhooks.notifications).some(one => isOf(one.labels, expected) && one[status].length > 0),
    patience,
  )
}

function inhibited(
  { alertmanager }: AlertWorld,
  expected: ExpectedAlert,
): Promise<Readonly<Record<string, string>>> {
  return waitUntil(
    `${expected.alert} ${JSON.stringify(expected.about)} is inhibited`,
    async () => {
      const known = (await alertmanager.alerts()).find(({ labels }) => isOf(labels, expected))
      return known?.status.state === 'suppressed' && known.annotations
    },
    patience,
  )
}

/** Until every group of rules has been evaluated so long after now: what must not come cannot be waited for. */
export async function evaluatedFor({ prometheus }: AlertWorld, seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1_000
  await waitUntil(
    `all rules are evaluated for ${seconds} s`,
    async () => {
      const response = await fetch(`${prometheus.url}/api/v1/rules`, { signal: AbortSignal.timeout(10_000) })
      const { data } = (await response.json()) as { data: { groups: { lastEvaluation: string }[] } }
      return data.groups.every(({ lastEvaluation }) => Date.parse(lastEvaluation) >= until)
    },
    { timeoutMs: (seconds + 180) * 1_000, pauseMs: 500 },
  )
}
