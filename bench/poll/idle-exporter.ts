// The whole exporter as `serve` starts it, with a poll interval that it does not reach: what it costs to wait.
import { setTimeout as wait } from 'node:timers/promises'
import { startExporter } from '../../src/run.ts'
import { benchSettings, quietLog } from './bench-settings.ts'

const [brokers = '', seconds = '15'] = process.argv.slice(2)
const settings = benchSettings(brokers, { stateFile: null, pollIntervalMs: 600_000 })
const exporter = await startExporter(settings, { log: quietLog, version: 'bench' })
for (;;) {
  const text = await (await fetch(`${exporter.url}/metrics`)).text()
  if (/^kafka_brokers \d/m.test(text)) break
  await wait(100)
}
// The scrape's own connections, and the garbage of the start.
await wait(3_000)
const before = process.cpuUsage()
const start = performance.now()
await wait(Number(seconds) * 1000)
const { user, system } = process.cpuUsage(before)
const share = (user + system) / 1000 / (performance.now() - start)
process.send?.({ share })
await exporter.stop()
process.disconnect?.()
