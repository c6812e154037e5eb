import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type EstateSize, estate } from './estate.ts'

/** What rules record of each group and look at over hours: by its largest lag in seconds. */
const RECORDED: Readonly<Record<string, (lag: number) => number>> = {
  'consumergroup:kafka_consumergroup_lag_over_objective:bool': () => 0,
  'consumergroup:kafka_consumergroup_lag_seconds:max': lag => lag,
}
const STEP_SECONDS = 30

/**
 * As much as rules look back at of each metric, in blocks of Prometheus, so that their windows are full from the first
 * evaluation on. `targets` are the labels of the exporters to come.
 */
export async function writeHistory(
  dataPath: string,
  size: EstateSize,
  families: readonly string[] | null,
  windows: ReadonlyMap<string, number>,
  targets: readonly Readonly<Record<string, string>>[],
  nowSeconds: number,
): Promise<void> {
  const file = join(dataPath, '..', 'history.txt')
  const out = createWriteStream(file)
  const write = async (head: string, seconds: number, value: (scrape: number, at: number) => number) => {
    let text = ''
    for (let at = nowSeconds - seconds; at < nowSeconds; at += STEP_SECONDS) {
      text += `${head}${value(Math.floor(at / STEP_SECONDS), at)} ${at}\n`
    }
    if (!out.write(text)) await once(out, 'drain')
  }
  const recorded = [...windows].filter(([name]) => name.includes(':'))
  const [first = {}] = targets
  for (const { head, value } of estate(size, families)) {
    const name = head.replace(/[{ ].*/s, '')
    for (const target of targets) {
      await write(labelled(head, name, target), windows.get(name) ?? 0, value)
    }
    if (name !== 'kafka_consumergroup_lag_seconds_max') continue
    for (const [record, seconds] of recorded) {
      const of = RECORDED[record]
      if (!of) throw new Error(`nothing is known of the history of ${record}`)
      await write(labelled(head, record, { job: first.job ?? '' }), seconds, (n, at) => of(value(n, at)))
    }
  }
  out.end('# EOF\n')
  await once(out, 'finish')
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '-q', file, dataPath], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  rmSync(file)
}

/** A head by that name, with more labels. */
function labelled(head: string, name: string, labels: Readonly<Record<string, string>>): string {
  const own = /\{(.*)\} $/s.exec(head)?.[1]
  const all = [...Object.entries(labels).map(([key, value]) => `${key}="${value}"`), ...(own ? [own] : [])]
  return `${name}{${all.join(',')}} `
}
