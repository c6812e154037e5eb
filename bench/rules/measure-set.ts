import type { Prometheus } from '../../test/harness/prometheus.ts'
import { waitUntil } from '../../test/harness/wait-until.ts'
import type { EstateSize } from './estate.ts'
import { EvaluationTimes } from './evaluation-times.ts'
import { dearestRules, groupTable } from './report.ts'
import type { RuleFileName } from './rule-files.ts'
import { scrapedEstate } from './scraped-estate.ts'

/** Scrapes an estate and evaluates one rule file over it. What came of it, as Markdown. */
export async function measureSet(
  set: RuleFileName,
  size: EstateSize,
  replicas: number,
  minutes: number,
): Promise<string> {
  const { prometheus, close } = await scrapedEstate(set, size, replicas, true)
  try {
    const times = await evaluations(prometheus, minutes)
    const [scraped] = await prometheus.query('sum(scrape_samples_scraped)')
    const [slowest] = await prometheus.query('max(max_over_time(scrape_duration_seconds[5m]))')
    const [firing] = await prometheus.query('count(ALERTS{alertstate="firing"})')
    return [
      `${set}: ${scraped?.value} series, scraped in ${slowest?.value.toFixed(1)} s, ${firing?.value ?? 0} alerts firing\n`,
      groupTable(times),
      dearestRules(times, 6),
    ].join('\n')
  } finally {
    await close()
  }
}

async function evaluations({ url }: Prometheus, minutes: number): Promise<EvaluationTimes> {
  const times = new EvaluationTimes(url)
  const end = Date.now() + minutes * 60_000
  await waitUntil(
    'the time is over',
    async () => {
      await times.read()
      return Date.now() > end
    },
    { timeoutMs: minutes * 60_000 + 120_000, pauseMs: 5_000 },
  )
  return times
}
