import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, rmSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import { type EstateSize, estate } from './estate.ts'

/** What rules record of each group and look at over hours: by its largest lag in seconds. */
const RECORDED: Readonly<Record<string, (lag: number) => number>> = {
  'consumergroup:kafka_consumergroup_lag_over_objective:bool': () => 0,
  'consumergroup:kafka_consumergroup_lag_seconds:max': lag => lag,
}
const STEP_SECONDS = 30
/** What Prometheus, and promtool, puts into a block. */
const BLOCK_SECONDS = 2 * 3600

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
  const files = new Map<number, WriteStream>()
  /** One file for all that reach back over equally many blocks: promtool reads a file once for each of them. */
  const fileFor = (seconds: number) => {
    const blocks = Math.ceil(seconds / BLOCK_SECONDS)
    const file = files.get(blocks) ?? createWriteStream(join(dataPath, '..', `history-${blocks}.txt`))
    files.set(blocks, file)
    return file
  }
  const write = async (head: string, seconds: number, value: (scrape: number, at: number) => number) => {
    let text = ''
    for (let at = nowSeconds - seconds; at < nowSeconds; at += STEP_SECONDS) {
      text += `${head}${value(Math.floor(at / STEP_SECONDS), at)} ${at}\n`
    }
    const out = fileFor(seconds)
    if (text !== '' && !out.write(text)) await once(out, 'drain')
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
  for (const file of files.values()) {
    file.end('# EOF\n')
    await once(file, 'finish')
    execFileSync(
      'promtool',
      ['tsdb', 'create-blocks-from', 'openmetrics', '-q', String(file.path), dataPath],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
    rmSync(file.path)
  }
}

/** A head by that name, with more labels. */
function labelled(head: string, name: string, labels: Readonly<Record<string, string>>): string {
  const own = /\{(.*)\} $/s.exec(head)?.[1]
  const all = [...Object.entries(labels).map(([key, value]) => `${key}="${value}"`), ...(own ? [own] : [])]
  return `${name}{${all.join(',')}} `
}
