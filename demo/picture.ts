import { waitUntil } from '../test/harness/wait-until.ts'
import { wedge } from './consumers.ts'

interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What the exporter says at one moment. */
interface Picture {
  readonly page: readonly Series[]
  /** Sentences about each group. */
  readonly words: Readonly<Record<string, readonly string[]>>
}

/** What somebody who looks at the demo is told to find, as something that can be checked. */
interface Sight {
  readonly what: string
  readonly isThere: (picture: Picture) => boolean
}

const advanceAge = 'kafka_consumergroup_offset_advance_age_seconds'
const unhealthy = 'kafka_consumergroup_partition_unhealthy_seconds'
const values = (page: readonly Series[], name: string, labels: Record<string, string>) =>
  page
    .filter(s => s.name === name && Object.entries(labels).every(([key, value]) => s.labels[key] === value))
    .map(s => s.value)
const oneValue = (page: readonly Series[], name: string, labels: Record<string, string>) =>
  values(page, name, labels)[0] ?? Number.NaN

const sights: readonly Sight[] = [
  {
    what: 'three brokers are up',
    isThere: ({ page }) => values(page, 'kafka_broker_up', {}).filter(up => up === 1).length === 3,
  },
  {
    what: 'Postgres answers',
    isThere: ({ page }) => oneValue(page, 'kafka_health_dependency_up', { dependency: 'orders-db' }) === 1,
  },
  {
    what: 'billing keeps up',
    isThere: ({ page }) => {
      const lags = values(page, 'kafka_consumergroup_lag', { consumergroup: 'billing' })
      const keptUp = oneValue(page, 'kafka_consumergroup_kept_up_seconds', { consumergroup: 'billing' })
      return lags.length === 12 && Math.max(...lags) < 30 && keptUp > 0
    },
  },
  {
    what: 'analytics is behind, and moving',
    isThere: ({ page }) => {
      const consumergroup = 'analytics'
      const lags = values(page, 'kafka_consumergroup_lag', { consumergroup })
      const ages = values(page, advanceAge, { consumergroup })
      const isBehind = Math.max(...lags) > 20 && Math.max(...ages) < 30
      return lags.length === 12 && isBehind && values(page, unhealthy, { consumergroup }).length === 0
    },
  },
  {
    what: `payments is stalled on partition ${wedge.partition} alone, and is said to be`,
    isThere: ({ page, words }) => {
      const consumergroup = 'payments'
      const partition = String(wedge.partition)
      const isStalled = oneValue(page, unhealthy, { consumergroup, partition, state: 'stalled' }) > 0
      const isAlone = values(page, unhealthy, { consumergroup }).length === 1
      const text = `payments is stuck on ${wedge.topic}/${partition} at offset ${wedge.offset} for `
      return isStalled && isAlone && words.payments?.[0]?.startsWith(text) === true
    },
  },
  {
    what: 'reports has no consumer, and a backlog of most of an hour',
    isThere: ({ page }) =>
      values(page, unhealthy, { consumergroup: 'reports', state: 'no_consumer' }).length === 12 &&
      oneValue(page, 'kafka_consumergroup_lag_sum', { consumergroup: 'reports' }) >= 600 &&
      oneValue(page, 'kafka_consumergroup_lag_seconds_max', { consumergroup: 'reports' }) > 2_700,
  },
  {
    what: 'accounting has caught up, with markers and aborted records behind its commit',
    isThere: ({ page }) => {
      const consumergroup = 'accounting'
      const end = oneValue(page, 'kafka_topic_partition_current_offset', { topic: 'ledger' })
      const committed = oneValue(page, 'kafka_consumergroup_current_offset', { consumergroup })
      return (
        end > committed &&
        oneValue(page, 'kafka_consumergroup_lag', { consumergroup }) === 0 &&
        oneValue(page, 'kafka_consumergroup_lag_seconds', { consumergroup }) === 0
      )
    },
  },
  {
    what: 'archive is about to lose records, and has lost some',
    isThere: ({ page, words }) => {
      const consumergroup = 'archive'
      const headroom = oneValue(page, 'kafka_consumergroup_retention_headroom_seconds', { consumergroup })
      const lost = oneValue(page, 'kafka_consumergroup_lost_offsets_total', { consumergroup })
      const isSaid = words.archive?.some(text => text.startsWith('archive has lost ')) === true
      return headroom < 60 && lost > 0 && isSaid
    },
  },
  {
    what: 'fraud, a group of the new protocol, has its member',
    isThere: ({ page }) => oneValue(page, 'kafka_consumergroup_members', { consumergroup: 'fraud' }) === 1,
  },
  {
    what: 'orders-dlq holds three dead letters, of which two wait',
    isThere: ({ page }) =>
      oneValue(page, 'kafka_topic_partition_current_offset', { topic: 'orders-dlq' }) === 3 &&
      oneValue(page, 'kafka_dlq_undrained', { topic: 'orders-dlq' }) === 2,
  },
  {
    what: 'invoicing parks invoices, and it is told whose they are and why',
    isThere: ({ page }) =>
      oneValue(page, 'kafka_dlq_cause_total', {
        topic: 'invoices-dlq',
        source_topic: 'invoices',
        consumergroup: 'invoicing',
        cause: 'InvoiceRejected',
      }) > 0,
  },
  {
    what: 'invoicing serves, and mailer is offline',
    isThere: ({ page }) =>
      oneValue(page, 'kafka_health_service_status', { service: 'invoicing', status: 'serving' }) === 1 &&
      oneValue(page, 'kafka_health_service_status', { service: 'mailer', status: 'offline' }) === 1,
  },
  {
    what: 'events lose fields, and some of them cannot be decoded',
    isThere: ({ page }) =>
      ['type_flip', 'case_collision'].every(
        reason => oneValue(page, 'kafka_schema_dropped_fields_total', { topic: 'events', reason }) > 0,
      ) && oneValue(page, 'kafka_schema_undecodable_records_total', { reason: 'unknown_schema_id' }) > 0,
  },
]

export interface SeenPicture {
  readonly sights: readonly string[]
  /** What the exporter says in words of the groups that are not well. */
  readonly words: readonly string[]
}

/** Returns when the exporter shows everything that the demo promises; throws naming what is not there. */
export async function awaitPicture(url: string): Promise<SeenPicture> {
  let missing: readonly string[] = []
  let words: Picture['words'] = {}
  try {
    await waitUntil(
      'the whole picture',
      async () => {
        words = await readWords(url)
        const picture = { page: parse(await (await ask(`${url}/metrics`)).text()), words }
        missing = sights.filter(sight => !sight.isThere(picture)).map(sight => sight.what)
        return missing.length === 0
      },
      { timeoutMs: 180_000, pauseMs: 1_000 },
    )
  } catch (cause) {
    throw new Error(`the exporter does not show: ${missing.join('; ') || 'anything'}`, { cause })
  }
  return { sights: sights.map(sight => sight.what), words: Object.values(words).flat() }
}

const sick = ['payments', 'reports', 'archive'] as const

async function readWords(url: string): Promise<Picture['words']> {
  const entries = sick.map(async group => {
    const response = await ask(`${url}/api/v1/groups/${group}`)
    const { words = [] } = response.ok ? ((await response.json()) as { words?: string[] }) : {}
    return [group, words] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

function ask(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(5_000) })
}

function parse(text: string): Series[] {
  const page: Series[] = []
  for (const line of text.split('\n')) {
    const found = /^([a-z_]+)(?:\{(.*)\})? (\S+)/.exec(line)
    if (!found) continue
    const labels: Record<string, string> = {}
    for (const [, key, value] of (found[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)) labels[key!] = value!
    page.push({ name: found[1]!, labels, value: Number(found[3]) })
  }
  return page
}
