/** Makes the pictures of the README from the demo: `npm run pictures`. Takes some five minutes. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readDashboards, substituted, targetsOf } from '../../test/dashboards/read-dashboards.ts'
import { openChromium } from '../../test/harness/chromium.ts'
import { spawnOwned } from '../../test/harness/owned-process.ts'
import { waitUntil } from '../../test/harness/wait-until.ts'
import { draw, type Line } from './draw.ts'

const IMAGES = join(import.meta.dirname, '../../docs/images')
const MINUTES = Number(process.env.KHE_PICTURE_MINUTES ?? 4)

/** Panels by dashboard and title, the file of each, and what it is about. */
const PANELS = [
  { dashboard: 'group', title: 'Lag in time', file: 'group-lag', group: '.+', unit: 's', kind: 'lines' },
  {
    dashboard: 'group',
    title: 'Lag in time by partition',
    file: 'group-partitions',
    group: 'payments',
    unit: 's',
    kind: 'cells',
  },
  {
    dashboard: 'group',
    title: 'Written and committed',
    file: 'group-rates',
    group: 'analytics',
    unit: 'messages/s',
    kind: 'lines',
  },
  {
    dashboard: 'fleet',
    title: 'Partitions by state',
    file: 'fleet-states',
    group: '.+',
    unit: 'partitions',
    kind: 'lines',
  },
] as const

mkdirSync(IMAGES, { recursive: true })
const demo = await spawnOwned(process.execPath, ['--import', 'tsx', 'demo/main.ts'], {
  cwd: join(import.meta.dirname, '../..'),
  stdio: ['ignore', 'pipe', 'inherit'],
})
const browsing = await openChromium()
const { context, page } = browsing
try {
  let printed = ''
  demo.child.stdout?.setEncoding('utf8').on('data', text => {
    printed += text
  })
  await waitUntil('the demo is up', () => printed.includes('Ctrl-C ends everything'), { timeoutMs: 180_000 })
  const prometheus = /(http:\/\/[\d.:]+)\/graph/.exec(printed)?.[1] ?? ''
  const statusPage = /status page\s+(\S+)/.exec(printed)?.[1] ?? ''
  const from = Date.now() / 1000
  await waitUntil('there is something to see', () => Date.now() / 1000 > from + MINUTES * 60, {
    timeoutMs: MINUTES * 60_000 + 60_000,
    pauseMs: 1_000,
  })

  await page.setViewportSize({ width: 1180, height: 820 })
  await page.goto(statusPage)
  await page.screenshot({ path: join(IMAGES, 'status-page.png') })

  const targets = readDashboards().flatMap(d => targetsOf(d).map(t => ({ ...t, dashboard: d.uid })))
  for (const { dashboard, title, file, group, unit, kind } of PANELS) {
    const shown = targets.filter(t => t.dashboard === `kafka-health-${dashboard}` && t.panel.title === title)
    if (shown.length === 0) throw new Error(`${dashboard} has no panel ${title}`)
    const lines = (
      await Promise.all(
        shown.map(({ target }) =>
          query(
            prometheus,
            substituted(target.expr, { consumergroup: group }),
            target.legendFormat ?? '',
            from,
          ),
        ),
      )
    ).flat()
    await draw(context, { title, unit, kind, lines }, join(IMAGES, `${file}.png`))
  }
} finally {
  await browsing[Symbol.asyncDispose]()
  await demo.end('SIGTERM', 30_000)
}

async function query(
  prometheus: string,
  expression: string,
  legend: string,
  from: number,
): Promise<readonly Line[]> {
  const parameters = new URLSearchParams({
    query: expression,
    start: String(from),
    end: String(Date.now() / 1000),
    step: '10',
  })
  const response = await fetch(`${prometheus}/api/v1/query_range?${parameters}`, {
    signal: AbortSignal.timeout(30_000),
  })
  const { data } = (await response.json()) as {
    data: {
      result: readonly { metric: Record<string, string>; values: readonly (readonly [number, string])[] }[]
    }
  }
  return data.result.map(({ metric, values }) => ({
    legend: legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '').trim(),
    points: values
      .map(([at, value]) => [at, Number(value)] as const)
      .filter(([, value]) => Number.isFinite(value)),
  }))
}
