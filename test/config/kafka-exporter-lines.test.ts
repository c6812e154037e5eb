import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { run } from './command-line.ts'

const PEM = '-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----'
const files = Object.fromEntries(
  [
    '/etc/tls-certs/ca-file',
    '/etc/tls-certs/cert-file',
    '/etc/tls-certs/key-file',
    '/etc/kafka-exporter/cluster-ca-certs/cluster-ca.crt',
    '/etc/kafka-exporter/kafka-exporter-certs/kafka-exporter.crt',
    '/etc/kafka-exporter/kafka-exporter-certs/kafka-exporter.key',
  ].map(path => [path, PEM]),
)

interface Published {
  readonly what: string
  /** Behind the name of the program or image. */
  readonly line: string
  /** Flags that do nothing here and are named in the log. */
  readonly ignored?: readonly string[]
}

/** Command lines as kafka_exporter's README, its chart, the community's chart and Strimzi publish them. */
const PUBLISHED: readonly Published[] = [
  { what: 'README, binary, container and compose', line: '--kafka.server=kafka:9092' },
  { what: 'several servers', line: '--kafka.server=kafka:9092 --kafka.server=another-server:9092' },
  {
    what: 'chart with its defaults',
    line: '--kafka.server=kafka:9092 --kafka.version=1.0.0 --verbosity=0',
    ignored: ['kafka.version', 'verbosity'],
  },
  {
    what: 'chart with SASL',
    line: '--kafka.server=kafka:9092 --sasl.enabled --sasl.username=exporter --sasl.password=secret --sasl.mechanism=scram-sha512 --sasl.oauthbearer-token-url= --verbosity=0 --log.enable-sarama',
    ignored: ['verbosity', 'log.enable-sarama', 'sasl.oauthbearer-token-url'],
  },
  {
    what: 'chart with SASL and no mechanism, which is PLAIN',
    line: '--kafka.server=kafka:9092 --sasl.enabled --sasl.username=exporter --sasl.password=secret --sasl.mechanism= --verbosity=0',
    ignored: ['verbosity'],
  },
  {
    what: 'chart with TLS',
    line: '--kafka.server=kafka:9093 --tls.enabled --tls.ca-file=/etc/tls-certs/ca-file --tls.cert-file=/etc/tls-certs/cert-file --tls.key-file=/etc/tls-certs/key-file --verbosity=0',
    ignored: ['verbosity'],
  },
  {
    what: 'chart with TLS that is not verified',
    line: '--kafka.server=kafka:9093 --tls.enabled --tls.insecure-skip-tls-verify --verbosity=0',
    ignored: ['verbosity'],
  },
  {
    what: 'chart with SASL over TLS',
    line: '--kafka.server=kafka:9096 --sasl.enabled --sasl.username=exporter --sasl.password=secret --sasl.mechanism=scram-sha256 --tls.enabled --tls.ca-file=/etc/tls-certs/ca-file --tls.cert-file=/etc/tls-certs/cert-file --tls.key-file=/etc/tls-certs/key-file',
  },
  {
    what: 'Strimzi',
    line: '--group.filter=.* --topic.filter=.* --group.exclude=^$ --topic.exclude=^$ --tls.enabled --tls.ca-file=/etc/kafka-exporter/cluster-ca-certs/cluster-ca.crt --tls.cert-file=/etc/kafka-exporter/kafka-exporter-certs/kafka-exporter.crt --tls.key-file=/etc/kafka-exporter/kafka-exporter-certs/kafka-exporter.key --kafka.server=my-cluster-kafka-bootstrap:9091 --log.enable-sarama --web.listen-address=:9404 --no-offset.show-all --verbosity=0 --kafka.version=4.1.0',
    ignored: ['kafka.version', 'offset.show-all', 'verbosity', 'log.enable-sarama'],
  },
  {
    what: 'every other flag at the default that the README gives it',
    line: '--kafka.server=kafka:9092 --no-sasl.enabled --sasl.handshake --no-tls.enabled --no-server.tls.enabled --no-server.tls.mutual-auth-enabled --topic.filter=.* --topic.exclude=^$ --group.filter=.* --group.exclude=^$ --web.listen-address=:9308 --web.telemetry-path=/metrics --no-log.enable-sarama --no-use.consumelag.zookeeper --zookeeper.server=localhost:2181 --kafka.labels= --refresh.metadata=30s --offset.show-all --no-concurrent.enable --topic.workers=100 --verbosity=0 --no-kafka.allow-auto-topic-creation',
    ignored: [
      'refresh.metadata',
      'offset.show-all',
      'concurrent.enable',
      'topic.workers',
      'verbosity',
      'log.enable-sarama',
      'kafka.allow-auto-topic-creation',
      'zookeeper.server',
      'server.tls.mutual-auth-enabled',
    ],
  },
  {
    what: 'a flag and its value apart, as its parser takes them too',
    line: '--kafka.server kafka:9092 --kafka.labels cluster=prod --topic.exclude ^__',
  },
]

describe("kafka_exporter's published command lines", () => {
  for (const { what, line, ignored = [] } of PUBLISHED) {
    it(`start this program: ${what}`, () => {
      const { faults, notices } = run(line.split(' '), { files })
      assert.deepEqual(faults, [])
      const named = notices.flatMap(notice => /^--(\S+) is ignored: ./.exec(notice)?.[1] ?? [])
      assert.deepEqual([...named].sort(), [...ignored].sort())
    })
  }

  it('mean the same', () => {
    const strimzi = PUBLISHED.find(({ what }) => what === 'Strimzi')!.line.split(' ')
    const { settings } = run(strimzi, { files })
    const cluster = settings!.clusters[0]!
    assert.deepEqual(cluster.brokers, [{ host: 'my-cluster-kafka-bootstrap', port: 9091 }])
    assert.equal(cluster.tls!.certFile, '/etc/kafka-exporter/kafka-exporter-certs/kafka-exporter.crt')
    assert.ok(!cluster.topics.exclude.some(pattern => pattern.test('__consumer_offsets')))
    assert.deepEqual(settings!.web.listenAddress, { host: null, port: 9404 })

    const sasl = PUBLISHED.find(({ what }) => what === 'chart with SASL')!.line.split(' ')
    assert.equal(run(sasl, { files }).settings!.clusters[0]!.sasl!.mechanism, 'scram-sha-512')
  })
})
