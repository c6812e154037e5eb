import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { startPrometheus } from './prometheus.ts'
import { waitUntil } from './wait-until.ts'

test('Prometheus scrapes a target and answers queries about it', async t => {
  const exporter = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end('some_lag{topic="orders"} 7\n')
  })
  await new Promise<void>(resolve => exporter.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    exporter.closeAllConnections()
    exporter.close()
  })
  const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`
  const prometheus = await startPrometheus({
    scrapeConfigs: [{ job_name: 'it', static_configs: [{ targets: [target] }] }],
  })
  t.after(() => prometheus.close())

  const samples = await waitUntil('a sample', async () => {
    const found = await prometheus.query('some_lag')
    return found.length > 0 && found
  })
  assert.deepEqual(samples, [
    { labels: { __name__: 'some_lag', instance: target, job: 'it', topic: 'orders' }, value: 7 },
  ])
  assert.deepEqual(await prometheus.targets(), [
    { job: 'it', url: `http://${target}/metrics`, health: 'up', lastError: '' },
  ])
  await assert.rejects(prometheus.query('some_lag{'), /parse error/)
  const { pid } = prometheus
  await prometheus.close()
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})
