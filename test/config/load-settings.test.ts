import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { run, settingsOf } from './command-line.ts'

const K = '--kafka.brokers=kafka:9092'
const PEM = '-----BEGIN CERTIFICATE-----'
const KEY = '-----BEGIN RSA PRIVATE KEY-----'

function only<Item>(items: readonly Item[]): Item {
  assert.equal(items.length, 1)
  return items[0]!
}

function matches(filter: { include: readonly RegExp[]; exclude: readonly RegExp[] }, name: string): boolean {
  return filter.include.some(each => each.test(name)) && !filter.exclude.some(each => each.test(name))
}

describe('the settings in force', () => {
  it('are the documented defaults where only brokers are given', () => {
    assert.deepEqual(settingsOf([K]), {
      clusters: [
        {
          name: null,
          brokers: [{ host: 'kafka', port: 9092 }],
          tls: null,
          sasl: null,
          pollIntervalMs: 15_000,
          requestTimeoutMs: 5_000,
          connectTimeoutMs: 10_000,
          groups: {
            include: [/^(?:.*)$/su],
            exclude: [/^(?:console-consumer-.*)$/su, /^(?:kafka-health-exporter\.replay:.*)$/su],
          },
          topics: { include: [/^(?:.*)$/su], exclude: [/^(?:__.*)$/su] },
          expect: { groups: [], topics: [] },
          labels: {},
          maxReadingAgeMs: 45_000,
          brokerForgetAfterMs: 3_600_000,
          uncommitted: 'absent',
          noConsumerAfterMs: 900_000,
          lossHorizonMs: 604_800_000,
          probe: { maxBytesPerSecond: 4_194_304 },
          dlq: { match: 'auto', include: [], exclude: [], drainedBy: {}, readHeaders: true },
          objectives: [],
        },
      ],
      dependencies: [],
      services: [],
      schemas: [],
      metrics: {
        names: ['native'],
        families: { include: [], exclude: [] },
        granularity: [],
        maxSeries: 500_000,
      },
      web: { listenAddress: { host: null, port: 9308 }, telemetryPath: '/metrics', configFile: null },
      log: { level: 'info', format: 'json' },
      stateFile: null,
    })
  })

  it('come from the flag before the variable before the file before the default', () => {
    const files = { '/c.yml': 'clusters: [{brokers: ["file:1"], poll_interval: 3s}]\nlog: {level: error}' }
    const env = { KAFKA_HEALTH_EXPORTER_POLL_INTERVAL: '2s', KAFKA_HEALTH_EXPORTER_LOG_LEVEL: 'warn' }
    const intervals = [
      settingsOf(['--config=/c.yml', '--poll.interval=1s'], { files, env }),
      settingsOf(['--config=/c.yml'], { files, env }),
      settingsOf(['--config=/c.yml'], { files }),
      settingsOf([K]),
    ].map(settings => only(settings.clusters).pollIntervalMs)
    assert.deepEqual(intervals, [1_000, 2_000, 3_000, 15_000])
    assert.equal(settingsOf(['--config=/c.yml', '--log.level=debug'], { files, env }).log.level, 'debug')
    assert.equal(settingsOf(['--config=/c.yml'], { files, env }).log.level, 'warn')
  })

  it('take an empty variable as none', () => {
    const env = { KAFKA_HEALTH_EXPORTER_POLL_INTERVAL: '', KAFKA_HEALTH_EXPORTER_CONFIG: '' }
    assert.equal(only(settingsOf([K], { env }).clusters).pollIntervalMs, 15_000)
  })

  it('keep readings for as long as one broker can hold up a poll', () => {
    const { settings, notices } = run([K, '--poll.interval=1s', '--kafka.request-timeout=3s'])
    assert.equal(only(settings!.clusters).maxReadingAgeMs, 7_000)
    assert.deepEqual(notices, [])
    assert.deepEqual(run([K, '--poll.interval=1s', '--poll.max-reading-age=3s']).notices, [
      'max_reading_age (3s) is below poll_interval + 2 × request_timeout (11s): one broker that hangs can withdraw the readings of all others',
    ])
  })

  it('follow poll_interval with max_reading_age unless it is given', () => {
    assert.equal(only(settingsOf([K, '--poll.interval=1m']).clusters).maxReadingAgeMs, 180_000)
    assert.equal(
      only(settingsOf([K, '--poll.interval=1m', '--poll.max-reading-age=1m']).clusters).maxReadingAgeMs,
      60_000,
    )
  })

  it('take brokers from both names of the flag, with commas and repeated, each once', () => {
    const argv = ['--kafka.server=a:1', '--kafka.server', 'b:2', '--kafka.brokers=[::1]:3, a:1']
    assert.deepEqual(only(settingsOf(argv).clusters).brokers, [
      { host: '::1', port: 3 },
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ])
  })

  it('match patterns of flags anywhere in a name and those of files on the whole name', () => {
    const byFlag = only(settingsOf([K, '--topic.filter=order', '--topic.exclude=^tmp|old$']).clusters).topics
    const names = ['orders', 'my-orders', 'tmp-orders', 'order.old', 'older-order', 'Order']
    assert.deepEqual(
      names.filter(name => matches(byFlag, name)),
      ['orders', 'my-orders', 'older-order'],
    )
    const files = {
      '/c.yml': 'clusters: [{brokers: ["a:1"], topics: {include: ["order|(?:x)s"], exclude: []}}]',
    }
    const byFile = only(settingsOf(['--config=/c.yml'], { files }).clusters).topics
    assert.deepEqual(
      ['order', 'orders', 'xs', 'my-order'].filter(name => matches(byFile, name)),
      ['order', 'xs'],
    )
  })

  it('know a leading (?i), and names with line breaks', () => {
    const { groups } = only(settingsOf([K, '--group.filter=(?i)^pay']).clusters)
    assert.ok(matches(groups, 'PAYMENTS'))
    assert.ok(matches(only(settingsOf([K]).clusters).groups, 'two\nlines'))
  })

  it('have TLS where any setting of it is given, unless it is switched off', () => {
    const files = {
      '/ca': PEM,
      '/cert': PEM,
      '/key': KEY,
      '/c.yml': 'clusters: [{brokers: ["a:1"], tls: {}}]',
    }
    const none = { caFile: null, certFile: null, keyFile: null, serverName: null, insecureSkipVerify: false }
    const tls = (...argv: string[]) => only(settingsOf(argv, { files }).clusters).tls
    assert.deepEqual(tls(K, '--tls.enabled'), none)
    assert.deepEqual(tls('--config=/c.yml'), none)
    assert.deepEqual(tls(K, '--tls.ca-file=/ca', '--tls.cert-file=/cert', '--tls.key-file=/key'), {
      ...none,
      caFile: '/ca',
      certFile: '/cert',
      keyFile: '/key',
    })
    assert.deepEqual(tls(K, '--tls.insecure-skip-tls-verify'), { ...none, insecureSkipVerify: true })
    assert.equal(tls(K, '--no-tls.insecure-skip-tls-verify', '--tls.ca-file='), null)
    assert.equal(tls('--config=/c.yml', '--no-tls.enabled'), null)
    assert.equal(tls(K, '--tls.ca-file=/ca', '--tls.enabled=false'), null)
  })

  it('take the SASL password from the highest place that has one', () => {
    const files = {
      '/p': 'from-file\n',
      '/c.yml': 'clusters: [{brokers: ["a:1"], sasl: {username: u, password: in-file}}]',
    }
    const foreign = { SASL_USER_PASSWORD: 'foreign' }
    const own = { KAFKA_HEALTH_EXPORTER_SASL_PASSWORD: 'own' }
    const password = (env: Record<string, string>, ...argv: string[]) => {
      const { sasl } = only(settingsOf(argv, { files, env }).clusters)
      return sasl !== null && 'username' in sasl ? sasl.password : undefined
    }
    assert.deepEqual(password({ ...foreign, ...own }, '--config=/c.yml', '--sasl.password-file=/p'), {
      file: '/p',
    })
    assert.deepEqual(password({ ...foreign, ...own }, '--config=/c.yml'), { value: 'own' })
    assert.deepEqual(password(foreign, '--config=/c.yml'), { value: 'in-file' })
    assert.deepEqual(password(foreign, K, '--sasl.enabled', '--sasl.username=u'), { value: 'foreign' })
    assert.equal(password(foreign, K), undefined)
  })

  it('take a token from a file or a command, and the region from AWS itself', () => {
    const files = {
      '/t': 'abc',
      '/c.yml': 'clusters: [{brokers: ["a:1"], sasl: {mechanism: oauthbearer, token_command: [get, "a b"]}}]',
    }
    const sasl = (...argv: string[]) =>
      only(settingsOf(argv, { files, env: { AWS_REGION: 'eu-west-1' } }).clusters).sasl
    const mechanism = 'oauthbearer'
    assert.deepEqual(sasl('--config=/c.yml'), { mechanism, token: { command: ['get', 'a b'] } })
    assert.deepEqual(sasl('--config=/c.yml', '--sasl.token-file=/t'), { mechanism, token: { file: '/t' } })
    const oauth = '--sasl.mechanism=OAUTHBEARER'
    assert.deepEqual(sasl(K, oauth, '--sasl.token-command= get  it '), {
      mechanism,
      token: { command: ['get', 'it'] },
    })
    assert.deepEqual(sasl(K, oauth, '--sasl.oauthbearer-token-file=/t'), { mechanism, token: { file: '/t' } })
    const iam = '--sasl.mechanism=awsiam'
    assert.deepEqual(sasl(K, iam), { mechanism: 'aws-msk-iam', region: 'eu-west-1' })
    assert.deepEqual(sasl(K, iam, '--sasl.aws-region=us-east-2'), {
      mechanism: 'aws-msk-iam',
      region: 'us-east-2',
    })
  })

  it("know kafka_exporter's spellings of mechanisms", () => {
    const mechanism = (word: string) =>
      only(settingsOf([K, '--sasl.username=u', '--sasl.password=p', `--sasl.mechanism=${word}`]).clusters)
        .sasl?.mechanism
    assert.deepEqual(['scram-sha512', 'SCRAM-SHA-256', 'PLAIN', ''].map(mechanism), [
      'scram-sha-512',
      'scram-sha-256',
      'plain',
      'plain',
    ])
  })

  it('take the URL of a dependency as its kind has it', () => {
    const urls = {
      postgres: ['postgres://u:p@db:5432/app', 'postgresql://db', 'postgres:///app?host=/run'],
      redis: ['redis://cache', 'redis://:p@cache:6379', 'rediss://u:p%2F@[::1]:6380/15', 'redis://cache/'],
      http: ['http://a', 'https://u:p@a.example:8443/ready?deep=1', 'http://token@a/'],
    }
    const wrong = {
      postgres: ['redis://a', 'postgres://', ' postgres://a', 'POSTGRES://a'],
      redis: [
        'http://a',
        'redis://',
        'redis:///0',
        'redis://p@a',
        'redis://a/x',
        'redis://a?tls=1',
        'redis://u:%@a',
      ],
      http: ['a', 'ftp://a', 'http://', 'http://a/#b', 'HTTP://a', 'http://u:%@a', 'http://a b'],
    }
    const fileOf = (kind: string, url: string) =>
      `clusters: [{brokers: ["a:1"]}]\ndependencies: [{name: d, kind: ${kind}, url: '${url}'}]`
    for (const kind of ['postgres', 'redis', 'http'] as const) {
      for (const url of urls[kind]) {
        const settings = settingsOf(['--config=/c.yml'], { files: { '/c.yml': fileOf(kind, url) } })
        assert.equal(settings.dependencies[0]?.kind, kind)
        assert.equal(settings.dependencies[0]?.url, url)
      }
      for (const url of wrong[kind]) {
        const { faults } = run(['--config=/c.yml'], { files: { '/c.yml': fileOf(kind, url) } })
        assert.match(only(faults), /^dependencies\[0\]\.url: got <secret>, expected a URL such as /, url)
      }
    }
  })

  it('take the URL of a dependency from the file, a variable or another file', () => {
    const url = 'postgres://u:p@db:5432/app'
    const files = {
      '/url': `${url}\n`,
      '/c.yml': `clusters: [{brokers: ["a:1"]}]
dependencies:
  - {name: a, kind: postgres, url: '${url}', interval: 30s, timeout: 1500ms}
  - {name: b, kind: postgres, url_env: KAFKA_HEALTH_EXPORTER_DB}
  - {name: c, kind: postgres, url_file: /url}`,
    }
    const settings = settingsOf(['--config=/c.yml'], { files, env: { KAFKA_HEALTH_EXPORTER_DB: url } })
    const tls = { caFile: null, certFile: null, keyFile: null }
    assert.deepEqual(settings.dependencies, [
      { name: 'a', kind: 'postgres', url, tls, intervalMs: 30_000, timeoutMs: 1_500 },
      { name: 'b', kind: 'postgres', url, tls, intervalMs: 10_000, timeoutMs: 2_000 },
      { name: 'c', kind: 'postgres', url, tls, intervalMs: 10_000, timeoutMs: 2_000 },
    ])
  })

  it('take services with TLS where there is a mapping, however empty', () => {
    const pem = '-----BEGIN CERTIFICATE-----'
    const files = {
      '/ca': pem,
      '/c.yml': `clusters: [{brokers: ["a:1"]}]
services:
  - {name: bff, address: 'bff:50051'}
  - {name: cart, address: '[::1]:1', tls: {}, metrics_url: 'https://cart:9100/metrics?a=b', health_name: acme.Cart}
  - {name: shop, address: 'shop:1', tls: {ca_file: /ca, server_name: shop.example.org}, interval: 1m, timeout: 1m}`,
    }
    const settings = settingsOf(['--config=/c.yml'], { files })
    const bff = {
      name: 'bff',
      address: { host: 'bff', port: 50_051 },
      healthName: '',
      tls: null,
      metricsUrl: null,
      intervalMs: 10_000,
      timeoutMs: 2_000,
    }
    const tls = { caFile: null, certFile: null, keyFile: null, serverName: null }
    assert.deepEqual(settings.services, [
      bff,
      {
        ...bff,
        name: 'cart',
        address: { host: '::1', port: 1 },
        healthName: 'acme.Cart',
        tls,
        metricsUrl: 'https://cart:9100/metrics?a=b',
      },
      {
        ...bff,
        name: 'shop',
        address: { host: 'shop', port: 1 },
        tls: { ...tls, caFile: '/ca', serverName: 'shop.example.org' },
        intervalMs: 60_000,
        timeoutMs: 60_000,
      },
    ])
  })

  it('take sizes as they are written, and plain numbers', () => {
    const size = (written: string) => {
      const files = {
        '/c.yml': `clusters: [{brokers: ["a:1"], probe: {max_bytes_per_second: ${written}}}]`,
      }
      return only(settingsOf(['--config=/c.yml'], { files }).clusters).probe.maxBytesPerSecond
    }
    assert.deepEqual(
      ['0', '"0"', '65536', '64KiB', '1GiB', '"1000000"'].map(size),
      [0, 0, 65_536, 65_536, 1_073_741_824, 1_000_000],
    )
    const { probe } = only(settingsOf([K, '--probe.max-bytes-per-second=512KiB']).clusters)
    assert.equal(probe.maxBytesPerSecond, 524_288)
  })

  it('take patiences of clocks from flags and variables, too', () => {
    const env = { KAFKA_HEALTH_EXPORTER_GROUP_LOSS_HORIZON: '1d' }
    const cluster = only(settingsOf([K, '--group.no-consumer-after=1m'], { env }).clusters)
    assert.deepEqual([cluster.noConsumerAfterMs, cluster.lossHorizonMs], [60_000, 86_400_000])
  })

  it('share a block between clusters by an anchor', () => {
    const files = {
      '/ca': PEM,
      '/c.yml': `clusters:
  - {name: a, brokers: ["a:1"], tls: &tls {ca_file: /ca}}
  - {name: b, brokers: ["b:1"], tls: *tls}`,
    }
    const { clusters } = settingsOf(['--config=/c.yml'], { files })
    assert.deepEqual(
      clusters.map(cluster => cluster.tls?.caFile),
      ['/ca', '/ca'],
    )
  })

  it('are those of a kafka_exporter command line, with a notice for each flag that does nothing', () => {
    const { settings, faults, notices } = run([
      '--kafka.server=kafka:9092',
      '--kafka.version=2.0.0',
      '--sasl.enabled=false',
      '--sasl.username=',
      '--sasl.handshake',
      '--tls.enabled=false',
      '--tls.ca-file=',
      '--topic.filter=.*',
      '--topic.exclude=^$',
      '--group.filter=.*',
      '--group.exclude=^$',
      '--web.listen-address=:9308',
      '--web.telemetry-path=/metrics',
      '--no-use.consumelag.zookeeper',
      '--no-server.tls.enabled',
      '--kafka.labels=',
      '--refresh.metadata',
      '30s',
      '--offset.show-all',
      '--topic.workers=100',
      '--verbosity=0',
    ])
    assert.deepEqual(faults, [])
    const cluster = only(settings?.clusters ?? [])
    assert.equal(cluster.tls, null)
    assert.equal(cluster.sasl, null)
    assert.ok(matches(cluster.topics, '__consumer_offsets'))
    assert.ok(matches(cluster.groups, 'console-consumer-1'))
    assert.deepEqual(notices, [
      "--kafka.version is ignored: each broker's API versions are negotiated",
      '--refresh.metadata is ignored: metadata is read with every poll',
      '--offset.show-all is ignored: all groups are read, whether they have members or not',
      '--topic.workers is ignored: a poll sends a few large requests, which need no workers',
      '--verbosity is ignored: see --log.level',
    ])
  })

  it('do not mind the variables that Kubernetes makes of a Service of that name', () => {
    const env = {
      KAFKA_HEALTH_EXPORTER_SERVICE_HOST: '10.0.0.1',
      KAFKA_HEALTH_EXPORTER_SERVICE_PORT: '9308',
      KAFKA_HEALTH_EXPORTER_SERVICE_PORT_METRICS: '9308',
      KAFKA_HEALTH_EXPORTER_PORT: 'tcp://10.0.0.1:9308',
      KAFKA_HEALTH_EXPORTER_PORT_9308_TCP: 'tcp://10.0.0.1:9308',
      KAFKA_HEALTH_EXPORTER_PORT_9308_TCP_ADDR: '10.0.0.1',
    }
    assert.deepEqual(run([K], { env }).faults, [])
  })

  it('come with a notice of a pattern that may never end', () => {
    assert.deepEqual(run([K, '--group.filter=^(a+)+$']).notices, [
      'the pattern "^(?:.*(?:^(a+)+$).*)$" repeats a repetition: on some names it may take very long',
    ])
    assert.deepEqual(run([K, '--group.filter=([a-z]+-)+svc', '--topic.filter=a+b*(?:c|d)+']).notices, [])
  })
})
