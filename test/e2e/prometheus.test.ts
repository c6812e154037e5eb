import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gunzipSync } from 'node:zlib'
import { type SimulatedCluster, startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import { addWorkload } from '../fakes/simulated-cluster/workload.ts'
import { startPrometheus } from '../harness/prometheus.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type Metrics, parseMetrics } from './metrics-text.ts'
import { hasPolled, runExporter, type TestExporter } from './running-exporter.ts'

const SNAPSHOT = 'kafka_health_exporter_snapshot_timestamp_seconds'
/** Where the text of the snapshots ends; what follows is of the process and of the moment. */
const ORDINARY = /\n# HELP kafka_health_(?:dependency|exporter_build_info)/

let cluster: SimulatedCluster
let exporter: TestExporter

/** Some megabytes of text: more than sockets buffer for a scraper that does not read. */
before(async () => {
  cluster = await startSimulatedCluster({ keepRequests: 0, keepBodies: false })
  addWorkload(cluster.state, { topics: 40, partitions: 25, groups: 50, commits: 200, hasRecords: true })
  exporter = await runExporter({
    'kafka.brokers': cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(','),
    'poll.interval': '5s',
    'poll.max-reading-age': '2m',
  })
  await exporter.scrapeUntil('the first poll', hasPolled)
})
after(async () => {
  await exporter?.stop()
  await cluster?.close()
})

/** Hands scrapes on, without or with their Accept-Encoding, and notes how they were answered. */
async function relay(acceptEncoding: 'gzip' | undefined) {
  const encodings: (string | undefined)[] = []
  const server = createServer((request, response) => {
    const { accept = '' } = request.headers
    const headers = { accept, ...(acceptEncoding && { 'accept-encoding': acceptEncoding }) }
    get(exporter.url + request.url, { headers, agent: false }, answer => {
      encodings.push(answer.headers['content-encoding'])
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    }).on('error', () => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    encodings,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Families that stand still while the cluster does; lag in time grows with every poll. */
const STILL =
  '{__name__=~"kafka_topic_.+|kafka_consumergroup_(current_offset(_sum)?|lag(_sum|_max)?|members|rewinds_total|state)"}'

test('a real Prometheus gets the same plain and gzipped', async t => {
  const plain = await relay(undefined)
  const gzip = await relay('gzip')
  const prometheus = await startPrometheus({
    scrapeInterval: '3s',
    scrapeConfigs: [
      { job_name: 'plain', static_configs: [{ targets: [plain.target] }] },
      { job_name: 'gzip', static_configs: [{ targets: [gzip.target] }] },
    ],
  })
  t.after(async () => {
    await prometheus.close()
    await Promise.all([plain.close(), gzip.close()])
  })
  await waitUntil('both are scraped', async () => {
    const up = await prometheus.query('up')
    return up.length === 2 && up.every(sample => sample.value === 1)
  })
  const targets = await prometheus.targets()
  assert.deepEqual(
    targets.map(({ health, lastError }) => [health, lastError]),
    [
      ['up', ''],
      ['up', ''],
    ],
  )
  assert.deepEqual([...new Set(plain.encodings)], [undefined])
  assert.deepEqual([...new Set(gzip.encodings)], ['gzip'])

  const byName = async (query: string, job: string) => {
    const samples = await prometheus.query(`${query} by (__name__) (${STILL.replace('{', `{job="${job}",`)})`)
    return new Map(samples.map(s => [s.labels.__name__ ?? '', s.value]))
  }
  const metrics = await exporter.scrape()
  const sums = await byName('sum', 'plain')
  assert.ok(sums.size >= 15, `${sums.size} families`)
  const gzipped = await byName('sum', 'gzip')
  assert.deepEqual([...gzipped.keys()], [...sums.keys()])
  for (const [name, sum] of [...sums, ...gzipped]) {
    const ours = metrics.all(name).reduce((total, sample) => total + sample.value, 0)
    // Floats do not add up to the same last digit in every order, and Prometheus has an order of its own.
    assert.ok(Math.abs(sum - ours) <= 1e-12 * Math.abs(ours), `sum of ${name}: ${sum}, expected ${ours}`)
  }
  const counts = await byName('count', 'plain')
  assert.deepEqual(await byName('count', 'gzip'), counts)
  assert.equal(counts.get('kafka_consumergroup_lag'), 10_000)
  assert.equal(counts.get('kafka_topic_partition_current_offset'), 1_000)
  const [samples] = await prometheus.query('scrape_samples_scraped{job="gzip"}')
  assert.equal(samples?.value, metrics.series.length)
})

test('curl --compressed gets the same text as curl', async () => {
  await atANewSnapshot()
  const run = promisify(execFile)
  const curl = async (...args: string[]) =>
    (await run('curl', ['-sS', ...args, `${exporter.url}/metrics`], { maxBuffer: 1 << 26 })).stdout
  const [plain, unzipped] = await Promise.all([curl(), curl('--compressed')])
  assert.equal(columnar(unzipped), columnar(plain))
  assert.deepEqual(parseMetrics(unzipped).series, parseMetrics(plain).series)
})

test('concurrent scrapers get one generation', async () => {
  const snapshot = await atANewSnapshot()
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => ask(i % 2 === 0 ? { 'accept-encoding': 'gzip' } : {})),
  )
  const texts = answers.map(({ encoding, body }) =>
    (encoding === 'gzip' ? gunzipSync(body) : body).toString(),
  )
  assert.equal(answers.filter(({ encoding }) => encoding === 'gzip').length, 4)
  assert.deepEqual([...new Set(texts.map(text => parseMetrics(text).value(SNAPSHOT)))], [snapshot])
  assert.equal(new Set(texts.map(columnar)).size, 1)
})

test('a scraper that does not read keeps nobody waiting, and gets its own generation whole', async () => {
  const slow = connect(Number(new URL(exporter.url).port), '127.0.0.1')
  await once(slow, 'connect')
  slow.write('GET /metrics HTTP/1.1\r\nHost: exporter\r\nConnection: close\r\n\r\n')
  await once(slow, 'readable')
  const asked = await atANewSnapshot()
  for (let scrapes = 0; scrapes < 10; scrapes++) assert.ok(hasPolled(await exporter.scrape()))
  const text = Buffer.concat(await slow.toArray()).toString()
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n/)
  const { series, value } = parseMetrics(dechunked(text))
  assert.ok(Number(value(SNAPSHOT)) < asked, 'of the snapshot that it asked for')
  assert.deepEqual(series, (await exporter.scrape()).series)
})

test('scrapers that hang up in the middle leave nothing behind', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const memory = () => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / 1024 / 1024
  }
  const sockets = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
  const { length } = (await ask({})).body
  assert.ok(length > 2_000_000, `${length} bytes`)
  await waitUntil('a generation without sockets of scrapers', () => sockets() <= socketsOfKafka() + 1)
  const before = { memory: memory(), sockets: sockets() }
  for (let round = 0; round < 60; round++) {
    const request = get(`${exporter.url}/metrics`, {
      agent: false,
      headers: round % 2 === 0 ? { 'accept-encoding': 'gzip' } : {},
    })
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    await once(answer, 'readable')
    answer.destroy()
  }
  assert.ok(hasPolled(await exporter.scrape()))
  await waitUntil('their sockets are closed', () => sockets() <= before.sockets + 1)
  await waitUntil('what was rendered for them is gone', () => memory() < before.memory + 25)
  assert.deepEqual(
    exporter.log.filter(({ level }) => level === 'warn' || level === 'error'),
    [],
  )
})

/** Both ends of each connection to a broker are in this process. */
function socketsOfKafka(): number {
  return 2 * cluster.connections
}

/** Its time stamp; there are seconds until the next one. */
async function atANewSnapshot(): Promise<number> {
  const before = (await exporter.scrape()).value(SNAPSHOT)
  const metrics: Metrics = await exporter.scrapeUntil(
    'the next poll',
    seen => seen.value(SNAPSHOT) !== before,
  )
  return metrics.value(SNAPSHOT)!
}

async function ask(headers: Record<string, string>) {
  const request = get(`${exporter.url}/metrics`, { headers, agent: false })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  assert.equal(answer.statusCode, 200)
  return {
    encoding: answer.headers['content-encoding'],
    body: Buffer.concat(await answer.toArray()) as Buffer,
  }
}

function columnar(text: string): string {
  const end = text.search(ORDINARY)
  assert.ok(end > 1_000_000, 'most of the text is of the snapshots')
  return text.slice(0, end)
}

/** The body of an answer in Transfer-Encoding chunked. ASCII only: a byte is a character. */
function dechunked(answer: string): string {
  let at = answer.indexOf('\r\n\r\n') + 4
  let body = ''
  for (;;) {
    const lineEnd = answer.indexOf('\r\n', at)
    const size = Number.parseInt(answer.slice(at, lineEnd), 16)
    if (size === 0) return body
    assert.ok(size > 0 && lineEnd + 2 + size <= answer.length, 'the answer is whole')
    body += answer.slice(lineEnd + 2, lineEnd + 2 + size)
    at = lineEnd + 2 + size + 2
  }
}
