import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EstateHealth, healthOf } from '../../../src/http/page/estate-health.ts'
import { verdictOf } from '../../../src/http/page/headline.ts'
import { html } from '../../../src/http/page/html.ts'
import { groupLink, overviewLink } from '../../../src/http/page/links.ts'
import { estateOf, fakeCluster, type GroupSpec, snapshotOf } from '../../fakes/estate.ts'
import { incidentSnapshot } from '../../fakes/incident.ts'
import { ask, serveApp } from '../../harness/http-app.ts'

test('a template escapes whatever is not its own', () => {
  const name = `<b a="x" b='y'>&`
  assert.equal(
    html`<p title="${name}">${[name, html`<i>${1}</i>`, null, false, undefined]}</p>`.text,
    '<p title="&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;">&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;<i>1</i></p>',
  )
})

test('links are relative, percent-encoded and leave empty parameters out', () => {
  assert.equal(overviewLink('', {}), './')
  assert.equal(overviewLink('../', { q: 'a b', sort: '' }), '../?q=a+b')
  assert.equal(groupLink('', null, 'a/b ü?'), 'groups/a%2Fb%20%C3%BC%3F')
  assert.equal(groupLink('../', 'eu', '..'), '../group?cluster=eu&id=..')
  assert.equal(groupLink('', null, ''), 'group?id=')
})

test('ten thousand groups make a page that can be opened, and turned', async () => {
  const groups = Array.from({ length: 10_000 }, (_, i) => ({
    id: `group-${String(i).padStart(5, '0')}`,
    cells: [{ topic: 't', partition: 0, committed: 1, lag: 10_000 - i, age: 10_000 - i }],
  }))
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 1 }], groups })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const first = (await ask(app.url)).body.toString()
  assert.ok(first.length < 150_000, `${first.length} characters`)
  assert.match(first, /1 to 50 of 10,000 groups; filter to see others/)
  assert.match(first, /href="\.?\/?\?page=2">Next →/)
  assert.match(first, />group-00049</)
  assert.doesNotMatch(first, />group-00050</)
  const last = (await ask(`${app.url}/?page=999999`)).body.toString()
  assert.match(last, /9,951 to 10,000 of 10,000 groups/)
  assert.match((await ask(`${app.url}/?q=00777`)).body.toString(), />group-00777</)
})

test('a group of many partitions is shown a page at a time, worst first', async () => {
  const cells = Array.from({ length: 600 }, (_, partition) => ({
    topic: 't',
    partition,
    committed: 1,
    lag: partition,
    age: partition,
  }))
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 600 }], groups: [{ id: 'big', cells }] })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const page = async (query: string) => {
    const text = (await ask(`${app.url}/groups/big${query}`)).body.toString()
    return [...text.matchAll(/<th scope="row">t\/(\d+)/g)].map(match => Number(match[1]))
  }
  const first = await page('')
  assert.deepEqual([first.length, first[0], first[249]], [250, 599, 350])
  const last = await page('?page=3&sort=partition')
  assert.deepEqual([last.length, last[0], last[99]], [100, 500, 599])
})

test('before the first poll the page says so', async () => {
  await using app = await serveApp({ estate: estateOf([fakeCluster('eu', null)]) })
  const text = (await ask(app.url)).body.toString()
  assert.match(text, /<h1 class="">Waiting for the first poll<\/h1>/)
  assert.match(text, /no data<\/span>/)
  assert.match(text, /the first poll has not ended yet/)
})

const CALM: EstateHealth = {
  ...healthOf(estateOf([]), []),
  clusters: 1,
  groups: 3,
  brokers: 3,
}
const conditions = (counts: Partial<EstateHealth['conditions']>) => ({
  conditions: { ...CALM.conditions, ...counts },
})
const VERDICTS: readonly (readonly [health: Partial<EstateHealth>, text: string, tone: string])[] = [
  [{}, 'Every group has caught up', ''],
  [{ groups: 0 }, 'No consumer groups', ''],
  [{ groupsBehind: 2 }, 'Every group is advancing or has caught up', ''],
  [conditions({ unknown: 1 }), 'Every group whose lag is known has caught up', ''],
  [conditions({ unknown: 2, 'lag not reported': 1 }), 'The lag of no group is known', ''],
  [{ clustersWaiting: 1 }, 'Waiting for the first poll', ''],
  [{ groupsBad: 1, ...conditions({ stalled: 1 }) }, '1 group is stuck', 'bad'],
  [
    { groupsBad: 3, ...conditions({ stalled: 2, 'no consumer': 1 }) },
    '2 groups are stuck and 1 group has no consumer',
    'bad',
  ],
  [
    { groupsBad: 2, ...conditions({ 'hung transaction': 1, 'never committed': 1 }) },
    '1 group waits for a transaction that does not end and 1 group has never committed',
    'bad',
  ],
  [{ groupsBad: 2, ...conditions({ abandoned: 2 }) }, '2 groups have abandoned partitions', 'bad'],
  [
    conditions({ late: 1, 'loss near': 2 }),
    '2 groups may lose messages to retention within a day and 1 group misses its objective',
    'warning',
  ],
  [conditions({ 'beyond end': 1 }), '1 group has committed beyond the end of a log', 'warning'],
  [{ brokersDown: 1, topicProblems: 2 }, '1 of 3 brokers is down and 2 topics in trouble', 'bad'],
  [{ clustersUnreachable: ['cluster eu'], brokersDown: 3 }, 'Cluster eu cannot be reached', 'bad'],
  [{ clustersStale: ['the cluster'] }, 'Nothing has been read of the cluster for too long', 'bad'],
  [{ services: 200, servicesDown: 50 }, '50 of 200 services do not serve', 'bad'],
  [{ services: 1, servicesDown: 1 }, '1 of 1 service does not serve', 'bad'],
  [{ services: 3, servicesUnknown: 2 }, 'The health of 2 services is not known', 'warning'],
  [conditions({ unreadable: 1 }), '1 group is not readable', 'warning'],
  [
    { groupsBehind: 1, ...conditions({ 'no members': 1 }) },
    '1 group is behind and has no members',
    'warning',
  ],
  [
    { groupsBehind: 2, ...conditions({ behind: 2 }) },
    '2 groups are behind and have not been seen to move yet',
    'warning',
  ],
  [
    { groupsBehind: 1, ...conditions({ behind: 1 }) },
    '1 group is behind and has not been seen to move yet',
    'warning',
  ],
  [
    { groupsBehind: 2, groupsWithoutClock: 1 },
    'Every group whose progress is known is advancing or has caught up',
    '',
  ],
  [
    { groupsBehind: 2, groupsWithoutClock: 2, ...conditions({ unknown: 1 }) },
    'The progress of no group is known',
    '',
  ],
]
for (const [health, text, tone] of VERDICTS) {
  test(`the headline says: ${text}`, () => {
    assert.deepEqual(verdictOf({ ...CALM, ...health }), { text, rest: [], tone })
  })
}

test('a group of unknown lag is not said to have caught up', async () => {
  const groups = [{ id: 'g', cells: [{ topic: 't', partition: 0, committed: 1 }] }]
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 1 }], groups })
  const cluster = fakeCluster(null, snapshot)
  assert.equal(verdictOf(healthOf(estateOf([cluster]), [cluster])).text, 'The lag of no group is known')
})

const t0 = (lag: number, age: number, flags?: number) => [
  { topic: 't', partition: 0, committed: 1, lag, age, ...(flags !== undefined && { flags }) },
]
const FIRST_MINUTE: readonly (readonly [groups: readonly GroupSpec[], text: string])[] = [
  [
    [
      { id: 'stopped', state: 'Empty', cells: t0(500, 35, 0) },
      { id: 'wedged', cells: t0(40, 35, 0) },
      { id: 'busy', cells: t0(9, 2) },
    ],
    '1 group is behind and has no members and 1 group is behind and has not been seen to move yet',
  ],
  [[{ id: 'busy', cells: t0(9, 2) }], 'Every group is advancing or has caught up'],
  [[{ id: 'idle', cells: t0(0, 35, 0) }], 'Every group has caught up'],
  [
    [
      {
        id: 'two',
        cells: [...t0(9, 35, 0), { topic: 't', partition: 1, committed: 1, lag: 3, age: 1 }],
      },
    ],
    '1 group is behind and has not been seen to move yet',
  ],
  [
    [
      { id: 'busy', cells: t0(9, 2) },
      { id: 'jobs', kind: 'share', share: [{ topic: 't', partition: 0, start: 1, lag: 5 }] },
    ],
    'Every group whose progress is known is advancing or has caught up',
  ],
]
for (const [groups, text] of FIRST_MINUTE) {
  test(`in the first minute ${groups.map(group => group.id).join(', ')} is told as: ${text}`, () => {
    const cluster = fakeCluster(null, snapshotOf({ topics: [{ name: 't', partitions: 2 }], groups }))
    assert.equal(verdictOf(healthOf(estateOf([cluster]), [cluster])).text, text)
  })
}

test('a sick group has its sentence, and its partitions their state, clock, threshold and headroom', async () => {
  const wedged = { topic: 't', partition: 0, committed: 1, lag: 40, age: 500 }
  const cells = [
    { ...wedged, state: 'stalled' as const, threshold: 300, headAge: 600, headroom: 7_200 },
    { topic: 't', partition: 1, committed: 1, lag: 5, age: 3, headAge: 90, headUncertainty: 4 },
    { topic: 't', partition: 2, committed: 9, lag: 0, age: 3 },
  ]
  const snapshot = snapshotOf({
    topics: [{ name: 't', partitions: 3 }],
    groups: [{ id: 'wedged', cells, objective: { lagMs: 60_000 } }],
  })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
  const overview = textOf((await ask(app.url)).body.toString())
  const words =
    'wedged is stuck on t/0 at offset 1 for 8 min (threshold 5 min); 1 other moves, 1 has caught up; no member owns it; oldest waiting record is from 11:50:00 UTC; retention may take it in 2 h'
  assert.ok(overview.includes(`stalled 8 min 10 min 45 2 of 3 0 Stable ${words} Partition`), overview)
  assert.match(overview, / t\/0 stalled 10 min 40 8 min of 5 min 2 h 1 1,000 no owner known /)
  assert.match(overview, / t\/1 advancing 1 min ± 4 s 5 3 s of 15 min 1 1,000 no owner known /)
  assert.doesNotMatch(overview, / t\/2 /)
  const page = textOf((await ask(`${app.url}/groups/wedged`)).body.toString())
  assert.ok(page.includes(`wedged stalled 8 min All groups ${words} `), page)
  assert.match(page, /Objective at most 1 min behind, stalled after 5 min or more /)
  assert.match(page, / t\/2 caught up 0 s 0 – 9 1,000 0 no owner known /)
})

test('a healthy group that is behind says how far', async () => {
  const cells = [{ topic: 't', partition: 0, committed: 1, lag: 1_234, age: 2, headAge: 9 }]
  const groups = [{ id: 'busy', cells }]
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 1 }], groups })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  assert.match(
    (await ask(app.url)).body.toString(),
    />busy keeps up: 1 partition, 1,234 messages waiting, oldest waiting record 9 s old<\/summary>/,
  )
})

const figuresOf = (text: string) =>
  [
    ...text.matchAll(
      /<span class="value">(\S+) <small>([^<]+)<\/small><\/span><a class="name"[^>]*>([^<]+)/g,
    ),
  ].map(([, count, of, name]) => `${name}: ${count} ${of}`)

test('of a cluster that was never reached nothing is counted as 0', async () => {
  const unread = snapshotOf({
    up: false,
    brokers: [],
    missingGroups: { invoicing: { kind: 'unreadable', code: 'NO_METADATA' } },
  })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, unread)]) })
  const text = (await ask(app.url)).body.toString()
  assert.deepEqual(figuresOf(text), [
    'Groups in a bad state: – not known',
    'Groups behind: – not known',
    'Brokers up: – not known',
    'Topics in trouble: – not known',
  ])
  assert.match(text, /<h1 class="bad">The cluster cannot be reached<\/h1>/)
  assert.match(text, />Groups are not known while the cluster cannot be reached\.</)
  assert.match(text, />topics and groups are not known while the cluster cannot be reached</)
  assert.match(text, /NO_METADATA<\/span><\/div><\/th><td class="num"><span class="state">unknown<\/span>/)
  assert.doesNotMatch(text, /0 topics|No consumer groups|expected group missing/)
})

test('what the other clusters have is said to be what is known', async () => {
  const clusters = [
    fakeCluster('eu', incidentSnapshot()),
    fakeCluster('us', snapshotOf({ up: false, brokers: [] })),
  ]
  await using app = await serveApp({ estate: estateOf(clusters) })
  assert.deepEqual(figuresOf((await ask(app.url)).body.toString()), [
    'Groups in a bad state: 1 of 5 known',
    'Groups behind: 3 of 5 known',
    'Brokers up: 1 of 2 known',
    'Topics in trouble: 2 of 2 known',
  ])
})

test('a group whose lag has gone absent with its cluster is in no figure', async () => {
  const groups = [{ id: 'g', up: false, failure: { code: 'TIMEOUT', message: 'no answer' } }]
  const cluster = fakeCluster(null, snapshotOf({ up: false, groups }))
  await using app = await serveApp({ estate: estateOf([cluster]) })
  const text = (await ask(app.url)).body.toString()
  assert.equal(figuresOf(text)[1], 'Groups behind: – of 1 known')
  assert.match(text, />last known: 1 group</)
})

test('a share group whose brokers do not tell its lag is nothing to worry about', async () => {
  const share = [{ topic: 't', partition: 0, start: 1, lag: Number.NaN }]
  const groups = [{ id: 'jobs', kind: 'share' as const, share }]
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 1 }], groups })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const text = (await ask(`${app.url}/groups/jobs`)).body.toString()
  assert.match(text, /<span class="state neutral">lag not reported by this Kafka<\/span>/)
})

test('a share group of which a part of the lag is missing is unknown', async () => {
  const share = [
    { topic: 't', partition: 0, start: 1, lag: Number.NaN },
    { topic: 't', partition: 1, start: 1, lag: 0 },
  ]
  const groups = [{ id: 'jobs', kind: 'share' as const, share }]
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 2 }], groups })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const text = (await ask(`${app.url}/groups/jobs`)).body.toString()
  assert.match(text, /<span class="state warning">unknown<\/span>/)
})

test('what does not fit into the headline follows it', () => {
  const verdict = verdictOf({
    ...CALM,
    groupsBad: 1,
    ...conditions({ stalled: 1 }),
    brokersDown: 1,
    dependenciesDown: 1,
    groupsMissing: 2,
  })
  assert.deepEqual(verdict.rest, ['1 dependency down', '2 expected groups missing'])
})

test('the figures are counted over all clusters', () => {
  const clusters = [fakeCluster('eu', incidentSnapshot()), fakeCluster('us', snapshotOf({ up: false }))]
  assert.deepEqual(healthOf(estateOf(clusters), clusters), {
    clusters: 2,
    clustersUnreachable: ['cluster us'],
    clustersWaiting: 0,
    clustersStale: [],
    groups: 5,
    conditions: {
      ...CALM.conditions,
      stalled: 1,
      'beyond end': 1,
      unreadable: 1,
      advancing: 1,
      'caught up': 1,
    },
    groupsWithoutClock: 0,
    groupsBad: 1,
    groupsBehind: 3,
    groupsMissing: 1,
    brokers: 3,
    brokersDown: 1,
    topics: 2,
    topicProblems: 2,
    dependencies: 0,
    dependenciesDown: 0,
    services: 0,
    servicesDown: 0,
    servicesUnknown: 0,
    servicesServing: 0,
  })
})
