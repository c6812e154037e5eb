import { setTimeout as pause } from 'node:timers/promises'
import type { Lab } from '../../harness/lab.ts'
import type { MemberOptions, NewTopic } from '../../harness/lab-types.ts'
import { startTraffic } from '../traffic.ts'

const HOUR = 3_600_000
const DAY = { 'retention.ms': `${24 * HOUR}` }

export const TOPICS: readonly NewTopic[] = [
  { name: 'orders', partitions: 6 },
  { name: 'shipments', partitions: 3 },
  { name: 'mails' },
  { name: 'trickle' },
  { name: 'idle' },
  { name: 'ledger' },
  { name: 'replay' },
  { name: 'old' },
  { name: 'beyond' },
  { name: 'invoices' },
  { name: 'clicks', configs: DAY },
  { name: 'views', configs: DAY },
  { name: 'audit', configs: DAY },
  // On one broker alone.
  { name: 'local', assignments: [[3]] },
]

const member = (
  group: string,
  topic: string,
  more: Partial<MemberOptions> = {},
): MemberOptions & { readonly member: string } => ({
  member: `${group}-1`,
  kind: 'classic',
  group,
  topics: [topic],
  ...more,
})

export const MEMBERS: readonly MemberOptions[] = [
  member('billing', 'orders'),
  member('billing', 'orders', { member: 'billing-2' }),
  member('fulfilment', 'orders', { kind: 'consumer' }),
  member('fulfilment', 'orders', { kind: 'consumer', member: 'fulfilment-2' }),
  member('reports', 'shipments'),
  member('mailing', 'mails'),
  member('trickling', 'trickle'),
  member('idling', 'idle'),
  member('accounting', 'ledger', { configs: { 'isolation.level': 'read_committed' } }),
  member('replayed', 'replay'),
  member('moved', 'old', { topics: ['idle', 'old'] }),
  member('counting', 'clicks'),
  member('viewing', 'views'),
  member('archive', 'audit'),
]

export interface Consumers {
  /** Ends the traffic. */
  stop(): Promise<void>
}

/** What is healthy: busy, sparse, idle and transactional consumers, and groups that only jobs commit for. */
export async function startConsumers(lab: Lab): Promise<Consumers> {
  const old = Date.now() - 10 * HOUR
  await lab.produce([
    ...['idle', 'old', 'beyond', 'clicks', 'views', 'local', 'invoices'].map(topic => ({ topic, count: 5 })),
    { topic: 'replay', count: 30 },
    // Retention looks at the youngest record of a segment.
    { topic: 'audit', count: 5, timestamp: old },
  ])
  await lab.commitOffsets([
    { group: 'nightly', offsets: [['idle', 0, 5]] },
    { group: 'beyond', offsets: [['beyond', 0, 5]] },
  ])
  for (const options of MEMBERS) await lab.join(options)
  const traffic = [
    startTraffic(lab, 'orders', 6),
    startTraffic(lab, 'shipments', 3),
    startTraffic(lab, 'mails'),
  ]
  const sparse = every(4_000, () => lab.produce([{ topic: 'trickle', count: 1 }]))
  const transactions = every(2_000, n =>
    lab.transaction(`bookings-${n % 3}`, n % 4 === 3 ? 'abort' : 'commit', [{ topic: 'ledger', count: 3 }]),
  )
  return {
    async stop() {
      await Promise.all([...traffic, sparse, transactions].map(one => one.stop()))
    },
  }
}

function every(paceMs: number, work: (n: number) => Promise<unknown>) {
  const stopping = new AbortController()
  const running = (async () => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      // While a broker goes one may fail; the next with its id ends it.
      await work(n).catch(() => {})
      await pause(paceMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
