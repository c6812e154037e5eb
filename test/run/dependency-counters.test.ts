import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { loadSettings } from '../../src/config/load-settings.ts'
import { startExporter } from '../../src/run.ts'

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

test('the checks of a dependency are counted from 0, before the first has ended', async t => {
  const silent = createServer().listen(0, '127.0.0.1')
  t.after(() => silent.close())
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const settings = loadSettings({
    argvFlags: new Map([['config', ['exporter.yml']]]),
    env: {},
    readFile: () => `
clusters: [{brokers: ['127.0.0.1:1']}]
dependencies: [{name: orders-db, kind: postgres, url: 'postgres://u:p@127.0.0.1:${port}/d'}]
web: {listen_address: '127.0.0.1:0'}
`,
    knownFamilies: [],
    notice() {},
  })
  const exporter = await startExporter(settings, { log: SILENT, version: '0.0.0' })
  t.after(() => exporter.stop())
  const text = await (await fetch(`${exporter.url}/metrics`)).text()
  const lines = text.split('\n').filter(line => line.startsWith('kafka_health_dependency_'))
  assert.ok(
    lines.includes(
      'kafka_health_dependency_ping_duration_seconds_count{dependency="orders-db",kind="postgres"} 0',
    ),
    lines.join('\n'),
  )
  assert.equal(lines.filter(line => line.startsWith('kafka_health_dependency_up')).length, 0)
})
