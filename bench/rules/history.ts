import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type EstateSize, estate } from './estate.ts'

/** Families that rules look at over hours: those have to be there before, all else is scraped. */
const LONG =
  /^kafka_consumergroup_(lag_seconds_max|lag_sum|members|lost_offsets_total|rewinds_total|rebalances_total)\{/
/** What rules record of each group and look at over hours, and how of its lag in seconds. */
const RECORDED: Readonly<Record<string, (lag: number) => number>> = {
  'consumergroup:kafka_consumergroup_lag_over_objective:bool': () => 0,
  'consumergroup:kafka_consumergroup_lag_seconds:max': lag => lag,
}

/**
 * Six hours of what rules look at over hours, in blocks of Prometheus, so that their windows are full from the first
 * evaluation on. `targets` are the labels of the exporters to come.
 */
export async function writeHistory(
  dataPath: string,
  size: EstateSize,
  families: readonly string[] | null,
  targets: readonly Readonly<Record<string, string>>[],
  nowSeconds: number,
): Promise<void> {
  const long = estate(size, families).filter(({ head }) => LONG.test(head))
  const file = join(dataPath, '..', 'history.txt')
  const out = createWriteStream(file)
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, 'drain')
  }
  const labelled = (head: string, labels: Readonly<Record<string, string>>) =>
    head.replace(
      '{',
      `{${Object.entries(labels)
        .map(([k, v]) => `${k}="${v}",`)
        .join('')}`,
    )
  const hours = 6
  const step = 30
  for (const { head, value } of long) {
    for (const target of targets) {
      const name = labelled(head, target)
      let text = ''
      for (let at = nowSeconds - hours * 3600; at < nowSeconds; at += step) {
        text += `${name}${value(Math.floor(at / 30), at)} ${at}\n`
      }
      await write(text)
    }
  }
  const [first = {}] = targets
  for (const [record, recorded] of Object.entries(RECORDED)) {
    for (const { head, value } of long.filter(s => s.head.includes('lag_seconds_max'))) {
      const name = labelled(head, { job: first.job ?? '' }).replace(/^[^{]+/, record)
      let text = ''
      for (let at = nowSeconds - hours * 3600; at < nowSeconds; at += step) {
        text += `${name}${recorded(value(Math.floor(at / 30), at))} ${at}\n`
      }
      await write(text)
    }
  }
  await write('# EOF\n')
  out.end()
  await once(out, 'finish')
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '-q', file, dataPath], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  rmSync(file)
}
