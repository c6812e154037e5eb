import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LagOptions, runLag } from '../../src/cli/lag.ts'
import type { LagReport } from '../../src/cli/lag-report.ts'
import { estateOf, fakeCluster, type GroupSpec, snapshotOf } from '../fakes/estate.ts'
import { INCIDENT, incidentSnapshot } from '../fakes/incident.ts'
import { recordedIo } from '../harness/cli-io.ts'
import { serveApp } from '../harness/http-app.ts'

const incident = () => estateOf([fakeCluster(null, incidentSnapshot())])

async function lag(options: LagOptions, given: Parameters<typeof recordedIo>[0] = {}) {
  const io = recordedIo(given)
  const code = await runLag(options, io)
  return { code, out: io.out(), err: io.err() }
}

test('120 columns hold everything, worst first', async () => {
  await using app = await serveApp({ estate: incident() })
  const { code, out, err } = await lag({ url: app.url }, { columns: 120 })
  assert.equal(
    out,
    `5 groups, 3 behind
expected group invoicing is missing: absent

settlement is stuck on payments/1 at offset 3,766 for 14 min (threshold 5 min); 1 other moves, 1 has caught up; owner
  settlement-2 at 10.0.0.8; oldest waiting record is from 11:45:40 UTC; retention may take it in 3 h 10 min
archiver has committed beyond the end of audit/1 (committed 950, end 900); the log was truncated or made anew, or the
  commit is wrong
legacy could not be read: COORDINATOR_NOT_AVAILABLE (kafka-2:9092: the coordinator is not available)

GROUP       CONDITION   LAG TIME       NO ADVANCE    LAG  BEHIND  MEMBERS  STATE   WORST PARTITION
settlement  stalled       14 min  14 min of 5 min  1,244     2/3        2  Stable  payments/1 settlement-2 at 10.0.0.8
archiver    beyond end     1 min                –      –     1/2        0  Empty   audit/1
legacy      unreadable         –                –      –     0/0        –  –       COORDINATOR_NOT_AVAILABLE
fulfilment  advancing       31 s    1 s of 15 min  4,000     1/1        1  Stable  payments/0 f at 10.0.0.7
reports     caught up        0 s                –      0     0/1        0  Stable
`,
  )
  assert.deepEqual([code, err], [0, ''])
})

test('80 columns hold what matters', async () => {
  await using app = await serveApp({ estate: incident() })
  const { out } = await lag({ url: app.url }, { columns: 80 })
  assert.equal(
    out,
    `5 groups, 3 behind
expected group invoicing is missing: absent

settlement is stuck on payments/1 at offset 3,766 for 14 min (threshold 5 min);
  1 other moves, 1 has caught up; owner settlement-2 at 10.0.0.8; oldest waiting
  record is from 11:45:40 UTC; retention may take it in 3 h 10 min
archiver has committed beyond the end of audit/1 (committed 950, end 900); the
  log was truncated or made anew, or the commit is wrong
legacy could not be read: COORDINATOR_NOT_AVAILABLE (kafka-2:9092: the
  coordinator is not available)

GROUP       CONDITION   LAG TIME       NO ADVANCE    LAG  WORST PARTITION
settlement  stalled       14 min  14 min of 5 min  1,244  payments/1 settlement…
archiver    beyond end     1 min                –      –  audit/1
legacy      unreadable         –                –      –  COORDINATOR_NOT_AVAIL…
fulfilment  advancing       31 s    1 s of 15 min  4,000  payments/0 f at 10.0.…
reports     caught up        0 s                –      0
`,
  )
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
})

test('--topic shows the partitions of the topics that match', async () => {
  await using app = await serveApp({ estate: incident() })
  const { code, out } = await lag({ url: app.url, topic: '^pay', group: 'settle' }, { columns: 120 })
  assert.equal(
    out,
    `1 group, 1 behind
expected group invoicing is missing: absent

settlement is stuck on payments/1 at offset 3,766 for 14 min (threshold 5 min); 1 other moves, 1 has caught up; owner
  settlement-2 at 10.0.0.8; oldest waiting record is from 11:45:40 UTC; retention may take it in 3 h 10 min

GROUP       PARTITION   CONDITION  LAG TIME       NO ADVANCE    LAG  COMMITTED    END  OWNER
settlement  payments/1  stalled      14 min  14 min of 5 min  1,234      3,766  5,000  settlement-2 at 10.0.0.8
settlement  payments/2  advancing       4 s    3 s of 15 min     10      4,990  5,000  settlement-2 at 10.0.0.8
settlement  payments/0  caught up       0 s                –      0      5,000  5,000  settlement-1 at 10.0.0.7
`,
  )
  assert.equal(code, 0)
})

test('--partitions names what has no number', async () => {
  await using app = await serveApp({ estate: incident() })
  const { out } = await lag({ url: app.url, partitions: true, group: '^archiver$' })
  assert.equal(
    out.slice(out.indexOf('GROUP')),
    `GROUP     PARTITION  CONDITION  LAG TIME         NO ADVANCE         LAG  COMMITTED  END  OWNER
archiver  audit/1    unknown           –                  –  beyond end        950  900  –
archiver  audit/0    advancing     1 min  ≥ 1 min of 15 min         800        100  900  –
`,
  )
})

test('several clusters have a column of their own', async () => {
  const one = (lagMessages: number) =>
    snapshotOf({
      topics: [{ name: 't', partitions: 1 }],
      groups: [{ id: 'g', cells: [{ topic: 't', partition: 0, committed: 1, lag: lagMessages, age: 1 }] }],
    })
  const estate = estateOf([fakeCluster('eu', one(1)), fakeCluster('us', one(2)), fakeCluster('ap', null)])
  await using app = await serveApp({ estate })
  const { out } = await lag({ url: app.url })
  assert.equal(
    out,
    `2 groups, 2 behind
cluster ap not read: the first poll has not ended yet

GROUP  CLUSTER  CONDITION  LAG TIME     NO ADVANCE  LAG  BEHIND  MEMBERS  STATE   WORST PARTITION
g      us       advancing         –  1 s of 15 min    2     1/1        0  Stable  t/0
g      eu       advancing         –  1 s of 15 min    1     1/1        0  Stable  t/0
`,
  )
  const partitions = await lag({ url: app.url, partitions: true })
  assert.match(partitions.out, /^g {6}us {7}t\/0/m)
})

test('a direct poll has no clocks: what is behind neither moves nor stands', async () => {
  const pollOnce = () => Promise.resolve(incidentSnapshot())
  const direct = { pollOnce, intervalMs: 15_000 }
  const { code, out } = await lag({ direct }, { columns: 120 })
  assert.equal(
    out.slice(out.indexOf('GROUP')),
    `GROUP       CONDITION   LAG TIME    LAG  BEHIND  MEMBERS  STATE   WORST PARTITION
archiver    beyond end     1 min      –     1/2        0  Empty   audit/1
settlement  late          14 min  1,244     2/3        2  Stable  payments/1 settlement-2 at 10.0.0.8
legacy      unreadable         –      –     0/0        –  –       COORDINATOR_NOT_AVAILABLE
fulfilment  behind          31 s  4,000     1/1        1  Stable  payments/0 f at 10.0.0.7
reports     caught up        0 s      0     0/1        0  Stable
`,
  )
  assert.equal(code, 0)
  const json = JSON.parse((await lag({ direct, output: 'json', topic: 'payments' })).out) as LagReport
  assert.equal(json.source, 'kafka')
  assert.deepEqual(
    json.groups.map(g => [g.group, g.lagSum, g.lagSecondsMax, g.sicknessSeconds, g.worstState]),
    [
      ['settlement', 1_244, 860, null, null],
      ['fulfilment', 4_000, 31, null, null],
    ],
  )
  assert.deepEqual(
    json.partitions?.map(p => [p.group, p.partition, p.lag, p.lagSeconds, p.state]),
    [
      ['settlement', 1, 1_234, 860, null],
      ['fulfilment', 0, 4_000, 31, null],
      ['settlement', 2, 10, 4, null],
      ['settlement', 0, 0, 0, 'caught_up'],
    ],
  )
  const { advanceAgeSeconds, lastAdvanceAt, stalledSeconds, thresholdSeconds, conditionSeconds } =
    json.partitions?.[0] ?? {}
  assert.deepEqual(
    [advanceAgeSeconds, lastAdvanceAt, stalledSeconds, thresholdSeconds, conditionSeconds],
    [null, null, null, null, null],
  )
})

test('JSON has the names of the API, and nothing else on stdout', async () => {
  await using app = await serveApp({ estate: incident() })
  const { out } = await lag({ url: app.url, output: 'json', group: 'settlement', partitions: true })
  const report = JSON.parse(out) as LagReport
  assert.equal(report.source, `${app.url}/`)
  assert.equal(report.total, 1)
  assert.deepEqual([report.groups[0]?.group, report.groups[0]?.sicknessSeconds], ['settlement', 852])
  assert.deepEqual(report.partitions?.[0], {
    cluster: null,
    group: 'settlement',
    topic: 'payments',
    partition: 1,
    committedOffset: 3766,
    logStartOffset: 0,
    endOffset: 5000,
    lag: 1234,
    advanceAgeSeconds: 852,
    lastAdvanceAt: '2026-03-01T11:45:48.000Z',
    state: 'stalled',
    reason: null,
    stalledSeconds: 852,
    thresholdSeconds: 300,
    conditionSeconds: 852,
    lagSeconds: 860,
    lagSecondsUncertainty: 0,
    headTimestamp: '2026-03-01T11:45:40.000Z',
    headroomSeconds: 11_400,
    timeToLossSeconds: null,
    rewound: false,
    holes: false,
    readable: true,
    owner: { memberId: 'settlement-2-0001', clientId: 'settlement-2', host: '10.0.0.8' },
    flags: [],
    readAt: '2026-03-01T12:00:00.000Z',
  })
  assert.deepEqual(report.missing, [{ cluster: null, name: 'invoicing', reason: 'absent', code: null }])
})

test('an exporter that cannot reach its only cluster is a failure with the reason', async () => {
  const lastErrors = [
    { stage: 'metadata', code: 'TIMEOUT', node: -1, message: 'kafka:9092: no answer within 5 s' },
  ]
  const estate = estateOf([fakeCluster(null, snapshotOf({ up: false, brokers: [], lastErrors }))])
  await using app = await serveApp({ estate })
  const err = 'lag: the cluster could not be read: no broker answered: kafka:9092: no answer within 5 s\n'
  assert.deepEqual(await lag({ url: app.url }), { code: 1, out: '', err })
  const json = await lag({ url: app.url, output: 'json' })
  assert.deepEqual([json.code, json.err], [1, err])
  assert.deepEqual((JSON.parse(json.out) as LagReport).unavailable, [
    { cluster: null, reason: 'no broker answered: kafka:9092: no answer within 5 s' },
  ])
})

test('what is still known of a cluster that cannot be reached is shown beside the reason', async () => {
  const snapshot = snapshotOf({
    up: false,
    groups: [{ id: 'g', up: false, failure: { code: 'TIMEOUT', message: 'no answer' } }],
    missingGroups: { invoicing: { kind: 'unreadable', code: 'NO_METADATA' } },
  })
  await using app = await serveApp({ estate: estateOf([fakeCluster('eu', snapshot)]) })
  const { code, out, err } = await lag({ url: app.url })
  assert.match(out, /^cluster eu not read: no broker answered$/m)
  assert.match(out, /^expected group invoicing in eu could not be asked for: NO_METADATA$/m)
  assert.match(out, /^g +unreadable /m)
  assert.deepEqual([code, err], [0, ''])
})

test('--watch waits for a cluster that cannot be reached yet', async () => {
  const cluster = fakeCluster(null, snapshotOf({ up: false, brokers: [] }))
  await using app = await serveApp({ estate: estateOf([cluster]) })
  let polls = 0
  const io = recordedIo({
    wait: async () => {
      cluster.publish(snapshotOf())
      if (++polls === 2) io.quit()
    },
  })
  assert.equal(await runLag({ url: app.url, watch: true }, io), 0)
  assert.equal(
    io.out(),
    `2026-03-01T12:00:00.000Z
no group is known
cluster not read: no broker answered

2026-03-01T12:00:00.000Z
no groups

`,
  )
})

test('--limit cuts the groups and says how many are left', async () => {
  await using app = await serveApp({ estate: incident() })
  const { out } = await lag({ url: app.url, limit: '2' })
  assert.match(out, /^5 groups, at least 2 behind\n/)
  assert.match(out, /\nsettlement .*\narchiver .*\n3 more groups; see --limit and --group\n$/)
})

const RED = '\x1b[31mstalled\x1b[39m'
const COLOURS: readonly (readonly [what: string, io: Parameters<typeof recordedIo>[0], coloured: boolean])[] =
  [
    ['a terminal', { isTTY: true }, true],
    ['a terminal that says NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['a terminal with an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }, true],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
    ['a pipe', {}, false],
    ['a pipe that says FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, true],
  ]
for (const [what, io, coloured] of COLOURS) {
  test(`${what} gets ${coloured ? 'colours' : 'plain text'}`, async () => {
    await using app = await serveApp({ estate: incident() })
    const { out } = await lag({ url: app.url }, io)
    assert.equal(out.includes(RED), coloured)
    assert.equal(out.includes('\x1b'), coloured)
  })
}

test('colours do not shift the columns', async () => {
  await using app = await serveApp({ estate: incident() })
  const plain = await lag({ url: app.url }, { columns: 80 })
  const coloured = await lag({ url: app.url }, { columns: 80, isTTY: true })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken away.
  assert.equal(coloured.out.replaceAll(/\x1b\[\d+m/g, ''), plain.out)
})

test('names cannot write to the terminal', async () => {
  const group: GroupSpec = {
    id: 'a\x1b[2Jb\r\n\u202ec',
    cells: [{ topic: 't', partition: 0, committed: 1, lag: 1, age: 1 }],
    members: [{ clientId: '\x1b]0;title\x07', host: '\u009b1m', owns: [['t', 0]] }],
  }
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 1 }], groups: [group] })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const { out } = await lag({ url: app.url })
  assert.match(out, /^a\\x1b\[2Jb\\x0d\\x0a\\u202ec /m)
  assert.match(out, /t\/0 \\x1b\]0;title\\x07 at \\x9b1m$/m)
})

test('--watch redraws after each poll interval until Ctrl-C, and outlives a silent exporter', async () => {
  const cluster = fakeCluster(null, incidentSnapshot(), 7_000)
  await using app = await serveApp({ estate: estateOf([cluster]) })
  const waits: number[] = []
  let reachable = true
  const io = recordedIo({
    isTTY: true,
    rows: 40,
    columns: 120,
    fetch: (...request) => (reachable ? fetch(...request) : Promise.reject(new TypeError('fetch failed'))),
    wait: ms => {
      waits.push(ms)
      reachable = waits.length !== 1
      if (waits.length === 2) cluster.publish(snapshotOf({ ...INCIDENT, groups: [] }))
      if (waits.length === 3) io.quit()
      return Promise.resolve()
    },
  })
  assert.equal(await runLag({ url: app.url, watch: true }, io), 0)
  assert.deepEqual(waits, [7_000, 7_000, 7_000])
  assert.equal(io.err(), `lag: ${app.url}/: no answer\n`)
  const screens = io.out().split('\x1b[H\x1b[2J\x1b[3J')
  assert.deepEqual(
    screens.map(screen => screen.split('\n')[0]),
    ['', '5 groups, 3 behind', 'no groups'],
  )
})

test('--watch in JSON writes one line per poll', async () => {
  await using app = await serveApp({ estate: incident() })
  let polls = 0
  const io = recordedIo({
    wait: () => {
      if (++polls === 2) io.quit()
      return Promise.resolve()
    },
  })
  assert.equal(await runLag({ url: app.url, watch: true, output: 'json' }, io), 0)
  const lines = io.out().trimEnd().split('\n')
  assert.deepEqual(
    lines.map(line => (JSON.parse(line) as LagReport).total),
    [5, 5],
  )
})

test('a screen that is too low shows the worst', async () => {
  await using app = await serveApp({ estate: incident() })
  const io = recordedIo({
    isTTY: true,
    rows: 8,
    columns: 80,
    env: { NO_COLOR: '1' },
    wait: async () => io.quit(),
  })
  const groups = Array.from({ length: 20 }, (_, i) => ({ id: `g${i}` }))
  await using full = await serveApp({ estate: estateOf([fakeCluster(null, snapshotOf({ groups }))]) })
  assert.equal(await runLag({ url: full.url, watch: true }, io), 0)
  assert.match(io.out(), /15 more groups; see --limit and --group\n$/)
  assert.equal(app.logged.length, 0)
})

test('on a low screen the table keeps its place below the sentences', async () => {
  const io = recordedIo({
    isTTY: true,
    rows: 16,
    columns: 80,
    env: { NO_COLOR: '1' },
    wait: async () => io.quit(),
  })
  const cells = [{ topic: 't', partition: 0, committed: 1, lag: 9, age: 900, state: 'stalled' as const }]
  const groups = Array.from({ length: 20 }, (_, i) => ({ id: `g${i}`, cells }))
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 1 }], groups })
  await using full = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  assert.equal(await runLag({ url: full.url, watch: true }, io), 0)
  const lines = io.out().trimEnd().split('\n')
  assert.ok(lines.length <= 16, `${lines.length} lines`)
  assert.match(io.out(), /^g0 is stuck on t\/0 at offset 1 for 15 min/m)
  assert.match(io.out(), /^and 18 more groups are not well$/m)
  assert.match(io.out(), /15 more groups; see --limit and --group\n$/)
})

const FAULTS: readonly (readonly [options: LagOptions, line: string])[] = [
  [{ group: '(' }, 'lag: --group: Invalid regular expression: /(/: Unterminated group\n'],
  [{ topic: '*' }, 'lag: --topic: Invalid regular expression: /*/: Nothing to repeat\n'],
  [{ output: 'xml' }, 'lag: --output must be table or json, not xml\n'],
  [{ limit: '0' }, 'lag: --limit must be a whole number from 1, not 0\n'],
  [{ failOver: '5m' }, 'lag: --fail-over must be a number of seconds, not 5m\n'],
  [
    { failOver: '5', watch: true },
    'lag: --fail-over judges once and --watch never ends: expected one of them\n',
  ],
  [{ limit: 'all' }, 'lag: --limit must be a whole number from 1, not all\n'],
  [{ url: 'http://' }, 'lag: --url is not an address: expected http://HOST:PORT\n'],
  [{ url: 'http://me:hunter%2@x' }, 'lag: --url is not an address: expected http://HOST:PORT\n'],
  [{ url: 'ftp://x' }, 'lag: --url is not an address: expected http://HOST:PORT\n'],
]
for (const [options, line] of FAULTS) {
  test(`${JSON.stringify(options)} is refused`, async () => {
    assert.deepEqual(await lag(options), { code: 1, out: '', err: line })
  })
}

test('an exporter that is not there, or is something else, is one clear line', async () => {
  await using app = await serveApp({ estate: incident() })
  const { url } = app
  await app[Symbol.asyncDispose]()
  const refused = await lag({ url: url.replace('http://', '') })
  assert.deepEqual(refused, { code: 1, out: '', err: `lag: ${url}/: connection refused\n` })

  await using other = await serveApp({ estate: incident(), telemetryPath: '/api/v1/groups' })
  const wrong = await lag({ url: other.url })
  assert.equal(wrong.err, `lag: ${other.url}/: no kafka-health-exporter answers there (status 200)\n`)
  const below = await lag({ url: `${other.url}/metrics` })
  assert.equal(below.err, `lag: ${other.url}/metrics/: no kafka-health-exporter answers there (status 404)\n`)
  assert.deepEqual([wrong.code, below.code], [1, 1])
})

test('what the exporter refuses is told in its words', async () => {
  const groups = [{ id: `${'a'.repeat(60)}!` }]
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshotOf({ groups }))]) })
  const { code, err } = await lag({ url: app.url, group: '(a+)+$' })
  assert.deepEqual(
    [code, err],
    [1, `lag: ${app.url}/: match takes longer than 50 ms to match; write it more simply\n`],
  )
})

test('a password in the address becomes a header and never a message', async () => {
  let authorization: string | null = null
  const { err } = await lag(
    { url: 'http://ann:s%20cret@exporter:9308' },
    {
      fetch: (_url, init) => {
        authorization = new Headers(init?.headers).get('authorization')
        return Promise.reject(new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }))
      },
    },
  )
  assert.equal(authorization, 'Basic YW5uOnMgY3JldA==')
  assert.equal(err, 'lag: http://exporter:9308/: the host name does not resolve\n')
})

test('a cluster of which no broker answers is a failure with its reason', async () => {
  const lastErrors = [
    { stage: 'metadata', code: 'CONNECTION_REFUSED', node: -1, message: 'kafka:9092: connection refused' },
  ]
  const pollOnce = () => Promise.resolve(snapshotOf({ up: false, lastErrors }))
  assert.deepEqual(await lag({ direct: { pollOnce, intervalMs: 1_000 } }), {
    code: 1,
    out: '',
    err: 'lag: no broker answered: kafka:9092: connection refused\n',
  })
})
