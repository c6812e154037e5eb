import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { alertmanagerSink } from '../../../src/consumer/adapters/alertmanager-sink.ts'
import { logSink } from '../../../src/consumer/adapters/log-sink.ts'
import { slackSink, webhookSink } from '../../../src/consumer/adapters/webhook-sink.ts'
import type { AlertSink, SentAlert } from '../../../src/consumer/core/alert/alert.ts'
import { freePort } from '../../harness/free-port.ts'

const ALERT: SentAlert = {
  name: 'LagHigh',
  severity: 'critical',
  summary: 'orders & <billing> are 120,000 behind',
  description: 'since 10:00',
  labels: { topic: 'orders', 'pod.name': 'worker-3', '1st': 'x' },
  fingerprint: 'f0',
  at: Date.UTC(2026, 2, 1, 12),
  suppressed: 41,
  coolDownMs: 60_000,
}

interface Posted {
  readonly path: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** What the sink posts, to a server that answers so. */
async function posted(sinkOf: (url: string) => AlertSink, status = 200, alert = ALERT): Promise<Posted[]> {
  const all: Posted[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    all.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) })
    response.writeHead(status, { location: 'http://elsewhere.invalid/' }).end('secret answer')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    await sinkOf(url).send(alert, new AbortController().signal)
  } finally {
    server.closeAllConnections()
    server.close()
  }
  return all
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /T0KEN|secret answer/)
    return (error as Error).message
  }
  assert.fail('it was taken')
}

describe('a webhook', () => {
  it('is posted the alert as it is, or what its user makes of it', async () => {
    const [one] = await posted(url =>
      webhookSink({ url: `${url}/hook`, headers: { authorization: 'Bearer T0KEN' } }),
    )
    assert.equal(one?.path, '/hook')
    assert.equal(one?.headers.authorization, 'Bearer T0KEN')
    assert.equal(one?.headers['content-type'], 'application/json')
    assert.deepEqual(one?.body, ALERT)
    const [other] = await posted(url => webhookSink({ url, body: ({ name }) => ({ what: name }) }))
    assert.deepEqual(other?.body, { what: 'LagHigh' })
  })

  it('has not taken what it answers otherwise than with 200 to 299; its address is told to nobody', async () => {
    const hook = (url: string) => webhookSink({ url: `${url}/T0KEN` })
    assert.equal(await reasonOf(posted(hook, 500)), 'HTTP 500')
    assert.equal(await reasonOf(posted(hook, 302)), 'HTTP 302')
    const nobody = webhookSink({ url: `http://127.0.0.1:${await freePort()}/T0KEN` })
    const signal = new AbortController().signal
    assert.equal(await reasonOf(nobody.send(ALERT, signal)), 'the connection failed (ECONNREFUSED)')
    const unknown = webhookSink({ url: 'http://nowhere.invalid/T0KEN' })
    assert.match(
      await reasonOf(unknown.send(ALERT, signal)),
      /^the connection failed \((ENOTFOUND|EAI_AGAIN)\)$/,
    )
    assert.equal(
      await reasonOf(nobody.send(ALERT, AbortSignal.abort())),
      'the connection failed (AbortError)',
    )
  })

  it('is refused where its URL is none, which is not told', async () => {
    const NO_ADDRESS = 'url: got <secret>, expected a URL of http:// or https://, without user and password'
    for (const url of ['T0KEN', 'ftp://T0KEN', '', undefined as never]) {
      const reason = await reasonOf((async () => webhookSink({ url }))())
      assert.equal(reason, `webhookSink: ${NO_ADDRESS}`)
    }
    const withLogin = (async () => slackSink({ url: 'http://u:T0KEN@a/' }))()
    assert.equal(await reasonOf(withLogin), `slackSink: ${NO_ADDRESS}`)
  })
})

describe('Slack', () => {
  it('is posted a text without its own signs, with what was held back', async () => {
    const [one] = await posted(url => slackSink({ url }))
    assert.deepEqual(one?.body, {
      text: `:red_circle: *LagHigh* (critical): orders &amp; &lt;billing&gt; are 120,000 behind
since 10:00
topic=orders, pod.name=worker-3, 1st=x
_41 more of the same since the last one_`,
    })
  })

  it('is posted a short text of a short alert, and no endless one', async () => {
    const { description, ...rest } = ALERT
    const short: SentAlert = { ...rest, severity: 'low', summary: 'all is well', labels: {}, suppressed: 0 }
    assert.equal(description, 'since 10:00')
    const [one] = await posted(url => slackSink({ url }), 200, short)
    assert.deepEqual(one?.body, { text: ':large_blue_circle: *LagHigh* (low): all is well' })
    const [long] = await posted(url => slackSink({ url }), 200, { ...short, summary: 'x'.repeat(10_000) })
    assert.equal((long!.body as { text: string }).text.length, 3_000)
  })
})

describe('Alertmanager', () => {
  it('is posted an alert of its API v2, which ends when another could have come', async () => {
    const [one] = await posted(url =>
      alertmanagerSink({ url: `${url}/am/`, labels: { team: 'payments', topic: 'none' } }),
    )
    assert.equal(one?.path, '/am/api/v2/alerts')
    assert.deepEqual(one?.body, [
      {
        labels: {
          team: 'payments',
          topic: 'orders',
          pod_name: 'worker-3',
          _1st: 'x',
          alertname: 'LagHigh',
          severity: 'critical',
        },
        annotations: {
          summary: 'orders & <billing> are 120,000 behind',
          description: 'since 10:00',
          suppressed: '41',
        },
        startsAt: '2026-03-01T12:00:00.000Z',
        endsAt: '2026-03-01T12:02:00.000Z',
      },
    ])
  })
})

it('the log is written each alert at the level of its severity', async () => {
  const lines: unknown[] = []
  const at = (level: string) => (fields: object, text: string) => void lines.push([level, text, fields])
  const sink = logSink({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') })
  for (const severity of ['critical', 'warning', 'low'] as const) {
    await sink.send({ ...ALERT, severity, summary: severity }, new AbortController().signal)
  }
  const fields = { alert: 'LagHigh', labels: ALERT.labels, suppressed: 41, description: 'since 10:00' }
  assert.deepEqual(lines, [
    ['error', 'critical', { ...fields, severity: 'critical' }],
    ['warn', 'warning', { ...fields, severity: 'warning' }],
    ['info', 'low', { ...fields, severity: 'low' }],
  ])
})
