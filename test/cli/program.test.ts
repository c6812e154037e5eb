import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runCommandLine } from '../../src/cli/program.ts'
import type { Surroundings } from '../config/command-line.ts'
import { INVALID_COMMAND_LINES } from '../config/invalid-command-lines.ts'

async function run(argv: readonly string[], { env = {}, files = {} }: Surroundings = {}) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCommandLine(argv, {
    env,
    stdout: { write: text => out.push(text) },
    stderr: { write: text => err.push(text) },
    readFile: path => {
      const content = files[path]
      if (content === undefined) throw new Error('no such file')
      return content
    },
  })
  return { code, out: out.join(''), err: err.join('') }
}

const FLAGS_OF_LAG: readonly string[] = [
  'url',
  'group',
  'topic',
  'partitions',
  'watch',
  'output',
  'fail-over',
  'limit',
  'url.ca-file',
  'url.cert-file',
  'url.key-file',
  'url.insecure-skip-verify',
  'url.username',
  'url.password-file',
  'kafka.brokers',
  'tls.enabled',
  'tls.ca-file',
  'tls.cert-file',
  'tls.key-file',
  'tls.server-name',
  'tls.insecure-skip-tls-verify',
  'sasl.enabled',
  'sasl.handshake',
  'sasl.mechanism',
  'sasl.username',
  'sasl.password',
  'sasl.password-file',
  'sasl.token-file',
  'sasl.token-command',
  'sasl.region',
  'poll.interval',
  'kafka.request-timeout',
  'kafka.connect-timeout',
  'group.loss-horizon',
  'probe.max-bytes-per-second',
  'group.filter',
  'group.exclude',
  'topic.filter',
  'topic.exclude',
  'expect.groups',
  'config',
  'help',
]

describe('the program', () => {
  for (const [argv, faults, surroundings] of INVALID_COMMAND_LINES) {
    it(`exits with 1 and nothing but the faults: ${argv.join(' ').slice(0, 80)} → ${faults[0]?.slice(0, 50)}`, async () => {
      assert.deepEqual(await run(argv, surroundings), { code: 1, out: '', err: `${faults.join('\n')}\n` })
    })
  }

  it('checks a file', async () => {
    const files = {
      '/good.yml': 'clusters: [{brokers: ["kafka:9092"]}]',
      '/bad.yml': 'clusters: [{brokers: []}]',
    }
    assert.deepEqual(await run(['check-config', '/good.yml'], { files }), {
      code: 0,
      out: '/good.yml: valid (1 cluster, 0 dependencies)\n',
      err: '',
    })
    assert.deepEqual(await run(['check-config', '/bad.yml'], { files }), {
      code: 1,
      out: '',
      err: 'clusters[0].brokers: got an empty list, expected at least one HOST:PORT\n',
    })
  })

  it('prints the configuration without its secrets and does not start', async () => {
    const argv = [
      '--kafka.brokers=kafka:9092',
      '--sasl.username=me',
      '--sasl.password=hunter2',
      '--print-config',
    ]
    const { code, out, err } = await run(argv)
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /password: <secret>/)
    assert.doesNotMatch(out, /hunter2/)
  })

  it('asks either an exporter or one cluster for the lag', async () => {
    const files = { '/two.yml': 'clusters: [{name: a, brokers: ["a:9092"]}, {name: b, brokers: ["b:9092"]}]' }
    assert.deepEqual(await run(['lag', '--config=/two.yml'], { files }), {
      code: 1,
      out: '',
      err: 'lag: got a file with several clusters (a, b), expected one: ask their exporter by --url\n',
    })
    assert.deepEqual(await run(['lag', '--url=http://exporter:9308', '--kafka.brokers=a:9092']), {
      code: 1,
      out: '',
      err: 'lag: --url asks an exporter and --kafka.brokers a cluster: expected one of them\n',
    })
  })

  it('shows for lag only the flags that mean something to one poll', async () => {
    const { code, out } = await run(['lag', '--help'])
    assert.equal(code, 0)
    const shown = [...out.matchAll(/^ {2}(?:-h, )?--([\w.-]+)/gm)].map(match => match[1])
    assert.deepEqual(shown, FLAGS_OF_LAG)
  })

  it('accepts for lag the flags of serve that its help leaves out', async () => {
    const argv = [
      'lag',
      '--web.listen-address=:1',
      '--log.level=debug',
      '--state.file=/s',
      '--kafka.brokers=',
    ]
    const { code, err } = await run(argv)
    assert.equal(code, 1)
    assert.match(err, /^--kafka\.brokers: got "", expected HOST:PORT[^\n]*\n$/)
  })

  it('says where healthcheck finds its port', async () => {
    const { out } = await run(['healthcheck', '--help'])
    assert.match(
      out.replaceAll(/\s+/g, ' '),
      /the default port is that of KAFKA_HEALTH_EXPORTER_WEB_LISTEN_ADDRESS, or 9308 \(default: "http:\/\/127\.0\.0\.1:9308\/-\/healthy"\)/,
    )
  })

  it('reads no web configuration, with a private key in it, unless it is asked for health', async () => {
    const read: string[] = []
    const code = await runCommandLine(['--version'], {
      env: { KAFKA_HEALTH_EXPORTER_WEB_CONFIG_FILE: '/web.yml' },
      stdout: { write() {} },
      stderr: { write() {} },
      readFile(path) {
        read.push(path)
        return ''
      },
    })
    assert.deepEqual([code, read], [0, []])
  })

  it('says its version', async () => {
    assert.deepEqual(await run(['--version']), { code: 0, out: '0.1.0\n', err: '' })
  })

  it('names an unknown command as what it is not', async () => {
    const { code, err } = await run(['serv'])
    assert.equal(code, 1)
    assert.equal(
      err,
      "error: unknown command 'serv', expected one of serve, check-config, lag, rules, dashboards, dlq, healthcheck, heartbeat-check\n",
    )
  })
})
