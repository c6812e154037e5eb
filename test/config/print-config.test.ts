import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { passwordsIn } from '../../src/config/dependency-url.ts'
import { renderSettings } from '../../src/config/render-settings.ts'
import type { Settings } from '../../src/config/settings.ts'
import { run, settingsOf } from './command-line.ts'

const PEM = '-----BEGIN CERTIFICATE-----'
const KEY = '-----BEGIN PRIVATE KEY-----'

const EVERYTHING = `clusters:
  - name: orders
    brokers: ['kafka-0:9093', '[2001:db8::1]:9093']
    labels: {environment: production}
    tls: {ca_file: /ca, cert_file: /cert, key_file: /key, server_name: kafka, insecure_skip_verify: true}
    sasl: {mechanism: scram-sha-512, username: exporter, password: hunter2-a}
    poll_interval: 1m30s
    request_timeout: 2500ms
    connect_timeout: 3s
    max_reading_age: 1h
    broker_forget_after: 7d
    no_consumer_after: 90s
    loss_horizon: 2d
    probe: {max_bytes_per_second: 1536KiB}
    groups: {include: ['(?i)pay.*', 'a/b|c'], exclude: []}
    topics: {include: ['\\w+\\.\\d{2}'], exclude: ['__.*', 'tmp"'']}
    expect: {groups: ['payments, eu'], topics: [orders]}
    compat: {uncommitted: minus-one}
    objectives:
      - {groups: ['(?i)pay.*', 'a/b|c'], lag_seconds: 30s, stalled_after: 1m, stalled_after_max: 2m}
      - {groups: [replays], clock: seen, isolation: read_committed}
      - {groups: ['.*'], stalled_after: 2h}
  - {name: audit, brokers: ['kafka:9092'], sasl: {username: u, password_file: /password}}
  - {name: tokens, brokers: ['kafka:9092'], sasl: {mechanism: oauthbearer, token_file: /token}}
  - {name: issued, brokers: ['kafka:9092'], sasl: {mechanism: oauthbearer, token_command: [/bin/issue]}}
  - {name: amazon, brokers: ['kafka:9092'], sasl: {mechanism: aws-msk-iam, region: eu-central-1}}
dependencies:
  - {name: a, kind: postgres, url: 'postgres://u:hunter2-c@db:5432/app?sslmode=require', interval: 5s, timeout: 1s}
  - {name: b, kind: postgres, url: 'postgres://db/app?user=u&password=hunter2%2Dd&sslpassword=hunter2-e'}
  - {name: c, kind: postgres, url_env: DB_URL}
  - {name: d, kind: postgres, url: 'postgres://u@db/app'}
  - {name: e, kind: redis, url: 'rediss://u:hunter2-r@cache:6380/1', tls: {ca_file: /ca}}
  - {name: f, kind: redis, url: 'redis://:hunter2-s@cache'}
  - {name: g, kind: http, url: 'https://u:hunter2-t@page/ready?hunter2-u'}
services:
  - {name: bff, address: 'bff:50051', health_name: acme.Bff, metrics_url: 'http://bff:9100/metrics', interval: 5s, timeout: 1s}
  - {name: cart, address: '[::1]:50051', tls: {}}
  - {name: shop, address: 'shop:50051', tls: {ca_file: /ca, cert_file: /cert, key_file: /key, server_name: shop}}
metrics:
  families: {include: ['kafka_up'], exclude: ['kafka_consumergroup_.*']}
  max_series: 0
  granularity:
    - {clusters: [audit], groups: [mirror], topics: ['logs\\..*'], granularity: topic}
    - {groups: ['(?i)batch-.*'], granularity: Group}
    - {topics: [wide], granularity: partition}
state_file: /state
web: {listen_address: '127.0.0.1:0', telemetry_path: /prometheus/metrics}
log: {level: trace, format: pretty}
`.replace(`'tmp"''`, `'tmp"'`)

const SURROUNDINGS = {
  env: { DB_URL: 'postgres://u:hunter2%3Af@h@db/app' },
  files: {
    '/c.yml': EVERYTHING,
    '/ca': PEM,
    '/cert': PEM,
    '/key': KEY,
    '/password': 'hunter2-b\n',
    '/token': 'hunter2-g',
  },
}

/** The settings with every secret made equal, so that only the rest is compared. */
function withoutSecrets(settings: Settings): Settings {
  return {
    ...settings,
    clusters: settings.clusters.map(cluster => ({
      ...cluster,
      sasl:
        cluster.sasl && 'password' in cluster.sasl && 'value' in cluster.sasl.password
          ? { ...cluster.sasl, password: { value: '' } }
          : cluster.sasl,
    })),
    dependencies: settings.dependencies.map(dependency => ({
      ...dependency,
      url: dependency.url
        .replace(/(:\/\/u?:).*@/, '$1@')
        .replace(/(ready\?).*/, '$1')
        .replace(/(password=)[^&]*/g, '$1'),
    })),
  }
}

describe('--print-config', () => {
  it('is a configuration file of the same settings, apart from secrets', () => {
    const settings = settingsOf(['--config=/c.yml'], SURROUNDINGS)
    const printed = renderSettings(settings)
    const files = { ...SURROUNDINGS.files, '/printed.yml': printed }
    const again = settingsOf(['--config=/printed.yml'], { ...SURROUNDINGS, files })
    assert.deepEqual(withoutSecrets(again), withoutSecrets(settings))
    assert.equal(renderSettings(again), printed)
  })

  it('is that for flags and defaults, too, whose patterns match anywhere', () => {
    const settings = settingsOf([
      '--kafka.brokers=a:1',
      '--tls.enabled',
      '--topic.filter=(?i)^ord/ers|x$',
      '--group.exclude=^$',
      '--kafka.labels=a=b',
    ])
    const again = settingsOf(['--config=/p.yml'], { files: { '/p.yml': renderSettings(settings) } })
    assert.deepEqual(again, settings)
  })

  it('prints objectives with their defaults, a lag objective only where there is one', () => {
    const [, objectives] = renderSettings(settingsOf(['--config=/c.yml'], SURROUNDINGS)).split(
      'objectives:\n',
    )
    assert.equal(
      objectives?.slice(0, objectives.indexOf('  - name: audit')),
      `      - groups:
          - (?i)pay.*
          - a\\/b|c
        lag_seconds: 30s
        stalled_after: 1m
        stalled_after_max: 2m
        clock: record
        isolation: auto
      - groups:
          - replays
        stalled_after: 5m
        stalled_after_max: 1h
        clock: seen
        isolation: read_committed
      - groups:
          - .*
        stalled_after: 2h
        stalled_after_max: 2h
        clock: record
        isolation: auto
`,
    )
  })

  it('prints granularities as they are written, without what they leave out', () => {
    const [, metrics] = renderSettings(settingsOf(['--config=/c.yml'], SURROUNDINGS)).split('\nmetrics:\n')
    assert.equal(
      metrics?.slice(metrics.indexOf('  max_series'), metrics.indexOf('state_file')),
      `  max_series: 0
  granularity:
    - clusters:
        - audit
      groups:
        - mirror
      topics:
        - logs\\..*
      granularity: topic
    - groups:
        - (?i)batch-.*
      granularity: group
    - topics:
        - wide
      granularity: partition
`,
    )
  })

  it('prints no secret', () => {
    const settings = settingsOf(['--config=/c.yml'], SURROUNDINGS)
    const printed = renderSettings(settings)
    assert.deepEqual(secretsOf(settings), [
      'hunter2-a',
      'hunter2-c',
      'hunter2-d',
      'hunter2-e',
      'hunter2%3Af%40h',
      'hunter2%3Af@h',
      'hunter2:f@h',
      'hunter2-r',
      'hunter2-s',
      'hunter2-t',
      'hunter2-u',
    ])
    for (const secret of secretsOf(settings)) assert.ok(!printed.includes(secret), secret)
    assert.doesNotMatch(printed, /hunter2/)
    assert.match(printed, /password: <secret>/)
    assert.match(printed, /url: postgres:\/\/u:<secret>@db:5432\/app\?sslmode=require\n/)
    assert.match(printed, /url: postgres:\/\/db\/app\?user=u&password=<secret>&sslpassword=<secret>\n/)
    assert.match(printed, /url: postgres:\/\/u@db\/app\n/)
  })

  it('shows unset sections as they are: absent', () => {
    assert.equal(
      renderSettings(settingsOf(['--kafka.brokers=a:1'])),
      `clusters:
  - brokers:
      - a:1
    labels: {}
    poll_interval: 15s
    request_timeout: 5s
    connect_timeout: 10s
    max_reading_age: 45s
    broker_forget_after: 1h
    no_consumer_after: 15m
    loss_horizon: 7d
    probe:
      max_bytes_per_second: 4MiB
    groups:
      include:
        - .*
      exclude:
        - console-consumer-.*
        - kafka-health-exporter\\.replay:.*
    topics:
      include:
        - .*
      exclude:
        - __.*
    expect:
      groups: []
      topics: []
    dlq:
      match: auto
      include: []
      exclude: []
      drained_by: {}
      read_headers: true
    compat:
      uncommitted: absent
metrics:
  names:
    - native
  families:
    include: []
    exclude: []
  max_series: 500000
web:
  listen_address: :9308
  telemetry_path: /metrics
log:
  level: info
  format: json
`,
    )
  })
})

describe('secrets', () => {
  it('are in no fault, wherever a hand may have slipped', () => {
    const slips = [
      'clusters: [{brokers: ["a:1"], sasl: hunter2}]',
      'clusters: [{brokers: ["a:1"], sasl: [hunter2]}]',
      'clusters: [{brokers: ["a:1"], sasl: {username: u, password: {hunter2: 1}}}]',
      'clusters: [{brokers: ["a:1"], sasl: {username: u, pass: hunter2}}]',
      'clusters: [{brokers: ["a:1"], sasl: {username: u, password: hunter2}}]\nsasl: hunter2',
      'clusters: [{brokers: ["a:1"], sasl: {username: u, password: "hunter2}}]',
      'clusters:\n  - sasl:\n      password: hunter2\n     username: u',
      'clusters:\n  - sasl:\n      password: - hunter2\n',
      'clusters:\n  - sasl:\n      password: "\\hunter2"\n',
      'clusters:\n  - sasl:\n      password: !!binary hunter2\n',
      'clusters:\n  - sasl:\n      password: &hunter2\n',
      'clusters:\n  - sasl:\n      password: "x" hunter2\n',
      'clusters:\n  - sasl:\n      password: %hunter2\n',
      'clusters:\n  - sasl:\n      password: hunter2\n      password: hunter2\n',
      'dependencies: [{name: a, kind: postgres, url: " postgres://u:hunter2@db"}]',
      'dependencies: [{name: a, kind: postgres, url: "POSTGRES://u:hunter2@db"}]',
      'dependencies: [{name: a, kind: postgres, url: {hunter2: 1}}]',
      'dependencies: ["postgres://u:hunter2@db"]',
      'dependencies: postgres://u:hunter2@db',
      'postgres://u:hunter2@db',
    ]
    for (const slip of slips) {
      const { faults, notices } = run(['--config=/c.yml'], { files: { '/c.yml': slip } })
      assert.ok(faults.length > 0, slip)
      assert.doesNotMatch([...faults, ...notices].join('\n'), /hunter2/, slip)
    }
  })
})

/** Every secret that the settings hold as a value. */
function secretsOf(settings: Settings): readonly string[] {
  return [
    ...settings.clusters.flatMap(({ sasl }) => {
      if (sasl === null) return []
      if ('username' in sasl) return 'value' in sasl.password ? [sasl.password.value] : []
      return 'token' in sasl && 'command' in sasl.token ? sasl.token.command.slice(1) : []
    }),
    ...settings.dependencies.flatMap(dependency => passwordsIn(dependency.url)),
  ]
}
