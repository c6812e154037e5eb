import { waitUntil } from '../test/harness/wait-until.ts'
import { wedge } from './consumers.ts'

interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What somebody who looks at the demo is told to find, as something that can be checked. */
interface Sight {
  readonly what: string
  readonly isThere: (page: readonly Series[]) => boolean
}

const advanceAge = 'kafka_consumergroup_offset_advance_age_seconds'
const values = (page: readonly Series[], name: string, labels: Record<string, string>) =>
  page
    .filter(s => s.name === name && Object.entries(labels).every(([key, value]) => s.labels[key] === value))
    .map(s => s.value)

const sights: readonly Sight[] = [
  {
    what: 'three brokers are up',
    isThere: page => values(page, 'kafka_broker_up', {}).filter(up => up === 1).length === 3,
  },
  {
    what: 'Postgres answers',
    isThere: page => values(page, 'kafka_health_dependency_up', { dependency: 'orders-db' })[0] === 1,
  },
  {
    what: 'billing keeps up',
    isThere: page => {
      const lags = values(page, 'kafka_consumergroup_lag', { consumergroup: 'billing' })
      return lags.length === 12 && Math.max(...lags) < 30
    },
  },
  {
    what: 'analytics is behind, and moving',
    isThere: page => {
      const lags = values(page, 'kafka_consumergroup_lag', { consumergroup: 'analytics' })
      const ages = values(page, advanceAge, { consumergroup: 'analytics' })
      return lags.length === 12 && Math.max(...lags) > 20 && ages.length > 0 && Math.max(...ages) < 30
    },
  },
  {
    what: 'payments is wedged on one partition while its siblings move',
    isThere: page => {
      const ages = page.filter(s => s.name === advanceAge && s.labels.consumergroup === 'payments')
      const isWedged = (s: Series) => s.labels.partition === String(wedge.partition)
      const siblings = ages.filter(s => !isWedged(s)).map(s => s.value)
      return siblings.length === 5 && (ages.find(isWedged)?.value ?? 0) > 2 * Math.max(10, ...siblings)
    },
  },
  {
    what: 'reports has a backlog and no members',
    isThere: page =>
      (values(page, 'kafka_consumergroup_lag_sum', { consumergroup: 'reports' })[0] ?? 0) >= 600 &&
      values(page, 'kafka_consumergroup_members', { consumergroup: 'reports' })[0] === 0,
  },
  {
    what: 'fraud, a group of the new protocol, has its member',
    isThere: page => values(page, 'kafka_consumergroup_members', { consumergroup: 'fraud' })[0] === 1,
  },
  {
    what: 'orders-dlq holds three dead letters',
    isThere: page => values(page, 'kafka_topic_partition_current_offset', { topic: 'orders-dlq' })[0] === 3,
  },
]

/** Returns when /metrics shows everything that the demo promises; throws naming what is not there. */
export async function awaitPicture(url: string): Promise<readonly string[]> {
  let missing: readonly string[] = []
  try {
    await waitUntil(
      'the whole picture',
      async () => {
        const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })
        const page = parse(await response.text())
        missing = sights.filter(sight => !sight.isThere(page)).map(sight => sight.what)
        return missing.length === 0
      },
      { timeoutMs: 180_000, pauseMs: 1_000 },
    )
  } catch (cause) {
    throw new Error(`/metrics does not show: ${missing.join('; ') || 'anything'}`, { cause })
  }
  return sights.map(sight => sight.what)
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
