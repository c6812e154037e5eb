// The whole exporter as `serve` starts it, with a poll interval that it does not reach: what it costs to wait.

import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { startExporter } from '../../src/run.ts'
import { benchSettings, quietLog } from './bench-settings.ts'

const [brokers = '', seconds = '15'] = process.argv.slice(2)
const settings = benchSettings(brokers, { stateFile: null, pollIntervalMs: 600_000 })
const exporter = await startExporter(settings, { log: quietLog, version: 'bench' })
for (;;) {
  if (/^kafka_brokers \d/m.test(await page())) break
  await wait(100)
}
// The scrape's own connections, and the garbage of the start: V8 collects it some ten seconds into idleness.
await wait(20_000)
const before = process.cpuUsage()
const start = performance.now()
await wait(Number(seconds) * 1000)
const { user, system } = process.cpuUsage(before)
const share = (user + system) / 1000 / (performance.now() - start)
process.send?.({ share })
await exporter.stop()
process.disconnect?.()

/** Without an agent or fetch, whose timers would be counted as the exporter's. */
function page(): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${exporter.url}/metrics`, { agent: false }, answer => resolve(text(answer)))
    asked.on('error', reject).end()
  })
}
