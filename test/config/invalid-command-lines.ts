import type { Surroundings } from './command-line.ts'

const K = '--kafka.brokers=kafka:9092'
const TWO = 'clusters:\n  - {name: a, brokers: ["a:9092"]}\n  - {name: b, brokers: ["b:9092"]}\n'

/** What each says, line for line. */
export const INVALID_COMMAND_LINES: readonly (readonly [
  argv: readonly string[],
  faults: readonly string[],
  Surroundings?,
])[] = [
  [[], ['--kafka.brokers: got nothing, expected at least one HOST:PORT']],
  [
    ['--kafka.broker=kafka:9092'],
    ["error: unknown option '--kafka.broker'", '(Did you mean --kafka.brokers?)'],
  ],
  [['--kafka.brokers'], ["error: option '--kafka.brokers <HOST:PORT,…>' argument missing"]],
  [['--kafka.brokers='], ['--kafka.brokers: got "", expected HOST:PORT, such as kafka:9092']],
  [['--kafka.server=kafka'], ['--kafka.server: got "kafka", expected HOST:PORT, such as kafka:9092']],
  [
    ['--kafka.brokers=a:9092,,b'],
    [
      '--kafka.brokers: got "", expected HOST:PORT, such as kafka:9092',
      '--kafka.brokers: got "b", expected HOST:PORT, such as kafka:9092',
    ],
  ],
  [
    [K, '--sasl.pasword', 'hunter2'],
    ["error: unknown option '--sasl.pasword'", '(Did you mean --sasl.password?)'],
  ],
  [
    [K, '--sasl.pasword=hunter2'],
    ["error: unknown option '--sasl.pasword'", '(Did you mean --sasl.password?)'],
  ],
  [
    [K, '--kafka.cluster=a b'],
    ['--kafka.cluster: got "a b", expected a name of 1 to 63 letters, digits, ".", "_" or "-"'],
  ],
  [
    [K, '--poll.interval=15'],
    ['--poll.interval: got "15", expected a duration from 1s to 1h, such as 15s or 1h30m'],
  ],
  [
    [K, '--poll.interval='],
    ['--poll.interval: got "", expected a duration from 1s to 1h, such as 15s or 1h30m'],
  ],
  [
    [K, '--poll.interval=5s', '--poll.interval=6s'],
    ['--poll.interval: got "5s and 6s", expected a duration from 1s to 1h, such as 15s or 1h30m, once'],
  ],
  [
    [K, '--poll.interval=1m', '--poll.max-reading-age=30s'],
    ['--poll.max-reading-age: got "30s", expected at least poll_interval (1m)'],
  ],
  [
    [K, '--metrics.max-series=1e6'],
    ['--metrics.max-series: got "1e6", expected 0, or a whole number from 1000 to 100000000'],
  ],
  [
    [K, '--metrics.max-series=-1'],
    ['--metrics.max-series: got "-1", expected 0, or a whole number from 1000 to 100000000'],
  ],
  [
    [K, '--kafka.request-timeout=100ms'],
    ['--kafka.request-timeout: got "100ms", expected a duration from 2s to 5m, such as 15s or 1h30m'],
  ],
  [
    [K, '--probe.max-bytes-per-second=1MB', '--group.loss-horizon=1s', '--group.no-consumer-after=900'],
    [
      '--group.no-consumer-after: got "900", expected a duration from 1s to 30d, such as 15s or 1h30m',
      '--group.loss-horizon: got "1s", expected a duration from 1m to 365d, such as 15s or 1h30m',
      '--probe.max-bytes-per-second: got "1MB", expected 0, or a number of bytes from 64KiB to 16GiB, such as 4MiB',
    ],
  ],
  [[K, '--objectives=payments'], ["error: unknown option '--objectives'"]],
  [[K, '--topic.filter=('], ['--topic.filter: got "(", expected a regular expression (unterminated group)']],
  [
    [K, '--group.exclude=[z-a]'],
    ['--group.exclude: got "[z-a]", expected a regular expression (range out of order in character class)'],
  ],
  [[K, '--topic.exclude='], ['--topic.exclude: got "", expected a regular expression']],
  [
    [K, '--group.filter=[[:digit:]]'],
    [
      '--group.filter: got "[[:digit:]]", expected a regular expression (POSIX classes such as [[:alpha:]] are not supported)',
    ],
  ],
  [
    [K, `--group.filter=${'a'.repeat(2001)}`],
    [`--group.filter: got "${'a'.repeat(80)}…", expected a regular expression (longer than 2000 characters)`],
  ],
  [[K, '--kafka.labels=environment'], ['--kafka.labels: got "environment", expected NAME=VALUE']],
  [
    [K, '--kafka.labels=partition=x'],
    ['--kafka.labels: got "partition", expected a label name that no metric has by itself'],
  ],
  [[K, '--kafka.labels=a=1,a=2'], ['--kafka.labels: got "a", expected each label name once']],
  [[K, '--expect.topics=a/b'], ['--expect.topics: got "a/b", expected a topic name']],
  [[K, '--compat.uncommitted=-1'], ['--compat.uncommitted: got "-1", expected absent or minus-one']],
  [
    [K, '--sasl.enabled'],
    [
      '--sasl.username: got nothing, expected a user name',
      '--sasl.password: got nothing, expected a password, or a file that holds it',
    ],
  ],
  [[K, '--sasl.username=u'], ['--sasl.password: got nothing, expected a password, or a file that holds it']],
  [
    [K, '--sasl.mechanism=oauthbearer', '--sasl.username=u', '--sasl.password=hunter2'],
    ['--sasl.mechanism: got "oauthbearer", expected plain, scram-sha-256 or scram-sha-512'],
  ],
  [
    [K, '--sasl.username=u', '--sasl.password=hunter2', '--sasl.password-file=/p'],
    ['--sasl.password-file: got both, expected either this or --sasl.password'],
  ],
  [
    [K, '--sasl.username=u', '--sasl.password=hunter2', '--sasl.password=hunter2'],
    ['--sasl.password: got <secret>, expected a text that is not empty, once'],
  ],
  [
    [K, '--sasl.username=u', '--sasl.password-file=/p'],
    ['--sasl.password-file: got "/p" (no such file), expected a readable file'],
  ],
  [
    [K, '--no-sasl.handshake'],
    ["--sasl.handshake: got false, expected true: SASL without Kafka's handshake is not supported"],
  ],
  [[K, '--tls.ca-file=/ca.pem'], ['--tls.ca-file: got "/ca.pem" (no such file), expected a readable file']],
  [
    [K, '--tls.ca-file=/ca.pem'],
    ['--tls.ca-file: got "/ca.pem", expected a PEM file with a certificate'],
    {
      files: { '/ca.pem': 'ca' },
    },
  ],
  [
    [K, '--tls.cert-file=/c', '--tls.key-file=/k'],
    ['--tls.key-file: got "/k", expected a PEM file with a private key that is not encrypted'],
    {
      files: { '/c': '-----BEGIN CERTIFICATE-----', '/k': '-----BEGIN ENCRYPTED PRIVATE KEY-----' },
    },
  ],
  [
    [K, '--tls.cert-file=/c'],
    ['--tls.key-file: got nothing, expected a file path beside --tls.cert-file'],
    {
      files: { '/c': '-----BEGIN CERTIFICATE-----' },
    },
  ],
  [[K, '--tls.enabled=maybe'], ['--tls.enabled: got "maybe", expected true or false']],
  [
    [K, '--web.listen-address=9308'],
    ['--web.listen-address: got "9308", expected :PORT or HOST:PORT, such as :9308 or 127.0.0.1:9308'],
  ],
  [
    [K, '--web.telemetry-path=/'],
    [
      '--web.telemetry-path: got "/", expected a path such as /metrics, other than /, /-/…, /api/…, /livez and /readyz',
    ],
  ],
  [[K, '--log.level=loud'], ['--log.level: got "loud", expected trace, debug, info, warn or error']],
  [
    [K, '--log.level=info', '--log.level=warn'],
    ['--log.level: got "info and warn", expected trace, debug, info, warn or error, once'],
  ],
  [
    [K, '--metrics.families.include=kafka_upp'],
    ['--metrics.families.include: got "kafka_upp", which no metric family has, did you mean kafka_up?'],
  ],
  [
    [K, '--use.consumelag.zookeeper'],
    ['--use.consumelag.zookeeper: got true, expected it left out: offsets in ZooKeeper are not supported'],
  ],
  [
    [K, '--server.tls.enabled=true'],
    ['--server.tls.enabled: got true, expected it left out: TLS is set up by the file of --web.config.file'],
  ],
  [['--config=/c.yml'], ['/c.yml: got no such file, expected a readable file']],
  [
    [K, '--config=/c.yml'],
    ['--kafka.brokers: got a setting of one cluster, expected none beside a file with 2 clusters'],
    { files: { '/c.yml': TWO } },
  ],
  [
    ['--config=/c.yml'],
    [
      'KAFKA_HEALTH_EXPORTER_POLL_INTERVAL: got a setting of one cluster, expected none beside a file with 2 clusters',
    ],
    { files: { '/c.yml': TWO }, env: { KAFKA_HEALTH_EXPORTER_POLL_INTERVAL: '5s' } },
  ],
  [
    [K],
    ['KAFKA_HEALTH_EXPORTER_LOG_LEVEL: got "loud", expected trace, debug, info, warn or error'],
    {
      env: { KAFKA_HEALTH_EXPORTER_LOG_LEVEL: 'loud' },
    },
  ],
  [
    [K],
    ['KAFKA_HEALTH_EXPORTER_TLS_ENABLED: got "yes", expected true or false'],
    {
      env: { KAFKA_HEALTH_EXPORTER_TLS_ENABLED: 'yes' },
    },
  ],
  [
    [K],
    ['KAFKA_HEALTH_EXPORTER_LOGLEVEL: unknown variable, did you mean KAFKA_HEALTH_EXPORTER_LOG_LEVEL?'],
    {
      env: { KAFKA_HEALTH_EXPORTER_LOGLEVEL: 'info' },
    },
  ],
  [
    [K],
    ['KAFKA_HEALTH_EXPORTER_COLOUR: unknown variable, see docs/config.md'],
    {
      env: { KAFKA_HEALTH_EXPORTER_COLOUR: 'red' },
    },
  ],
  [
    [],
    ['/c.yml: got no such file, expected a readable file'],
    { env: { KAFKA_HEALTH_EXPORTER_CONFIG: '/c.yml' } },
  ],
  // Faults of every source come together, and one that is overridden is a fault all the same.
  [
    ['--config=/c.yml', '--poll.interval=soon', '--log.level=info'],
    [
      '--poll.interval: got "soon", expected a duration from 1s to 1h, such as 15s or 1h30m',
      'KAFKA_HEALTH_EXPORTER_LOG_LEVEL: got "loud", expected trace, debug, info, warn or error',
      'clusters[0].poll_interval: got "0s", expected a duration from 1s to 1h, such as 15s or 1h30m',
      'clusters[0].brokers: got nothing, expected a list of HOST:PORT',
    ],
    {
      files: { '/c.yml': 'clusters: [{poll_interval: 0s}]' },
      env: { KAFKA_HEALTH_EXPORTER_LOG_LEVEL: 'loud' },
    },
  ],
]
