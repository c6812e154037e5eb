import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext } from 'playwright-core'

export interface Line {
  readonly legend: string
  readonly points: readonly (readonly [unixSeconds: number, value: number])[]
}

export interface Picture {
  readonly title: string
  /** Under the vertical axis. */
  readonly unit: string
  readonly kind: 'lines' | 'cells'
  readonly lines: readonly Line[]
}

const require = createRequire(import.meta.url)
const script = (name: string, file: string) =>
  readFileSync(require.resolve(name).replace(/(.*node_modules\/(?:@[^/]+\/)?[^/]+).*/, `$1/${file}`), 'utf8')

/** Draws what a panel shows, from the answer to its query. */
export async function draw(context: BrowserContext, picture: Picture, file: string): Promise<void> {
  const page = await context.newPage()
  try {
    await page.setViewportSize({ width: 900, height: 420 })
    await page.setContent(
      '<body style="margin:16px;background:#fff;font-family:system-ui,sans-serif"></body>',
    )
    await page.addScriptTag({ content: script('d3', 'dist/d3.min.js') })
    await page.addScriptTag({ content: script('@observablehq/plot', 'dist/plot.umd.min.js') })
    // A string: it runs in the page, where Plot is, and nothing that a compiler puts around functions.
    await page.evaluate('globalThis.__name = each => each')
    await page.evaluate(`(${drawInPage.toString()})(${JSON.stringify(picture)})`)
    await page.locator('figure, svg').first().waitFor()
    await page.screenshot({ path: file })
  } finally {
    await page.close()
  }
}

function drawInPage(picture: Picture): void {
  // biome-ignore lint/suspicious/noExplicitAny: globals of the page, of which Node knows nothing
  const { Plot, document } = globalThis as any
  const rows = picture.lines.flatMap(line =>
    line.points.map(([at, value]) => ({ series: line.legend, at: new Date(at * 1000), value })),
  )
  const common = { title: picture.title, width: 868, style: { fontSize: '12px' } }
  const figure =
    picture.kind === 'lines'
      ? Plot.plot({
          ...common,
          height: 300,
          marginLeft: 60,
          color: { legend: true, scheme: 'tableau10' },
          x: { type: 'utc', label: null },
          y: { grid: true, label: picture.unit, zero: true, nice: true },
          marks: [
            Plot.ruleY([0]),
            Plot.lineY(rows, { x: 'at', y: 'value', stroke: 'series', strokeWidth: 2 }),
          ],
        })
      : Plot.plot({
          ...common,
          height: 320,
          marginLeft: 180,
          color: { legend: true, type: 'symlog', scheme: 'YlOrRd', label: picture.unit },
          x: {
            label: null,
            tickFormat: (_: Date, i: number) => (i % 4 ? '' : new Date(_).toISOString().slice(11, 16)),
            ticks: 6,
          },
          y: { label: null },
          marks: [Plot.cell(rows, { x: 'at', y: 'series', fill: 'value', inset: 0.5 })],
        })
  document.body.append(figure)
}
