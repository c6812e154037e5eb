import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkConfig } from '../../src/cli/check-config.ts'

const FOLDER = fileURLToPath(new URL('invalid/', import.meta.url))

/** What `check-config` says of each file of test/config/invalid; FILE stands for its path. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'brokers-empty': ['clusters[0].brokers: got an empty list, expected at least one HOST:PORT'],
  'brokers-is-a-text': ['clusters[0].brokers: got "kafka:9092", expected a list of HOST:PORT'],
  'brokers-missing': ['clusters[0].brokers: got nothing, expected a list of HOST:PORT'],
  'brokers-without-port': [
    'clusters[0].brokers[0]: got "kafka", expected HOST:PORT, such as kafka:9092',
    'clusters[0].brokers[2]: got "kafka:0", expected HOST:PORT, such as kafka:9092',
    'clusters[0].brokers[3]: got "kafka:65536", expected HOST:PORT, such as kafka:9092',
    'clusters[0].brokers[4]: got ":9092", expected HOST:PORT, such as kafka:9092',
    'clusters[0].brokers[5]: got "http://kafka:9092", expected HOST:PORT, such as kafka:9092',
    'clusters[0].brokers[6]: got 9092, expected HOST:PORT, such as kafka:9092',
  ],
  'ca-file-is-a-directory': ['clusters[0].tls.ca_file: got "/" (a directory), expected a readable file'],
  'ca-file-is-no-pem': ['clusters[0].tls.ca_file: got "/dev/null", expected a PEM file with a certificate'],
  'ca-file-missing': [
    'clusters[0].tls.ca_file: got "/nonexistent/ca.pem" (no such file), expected a readable file',
  ],
  'cert-file-without-key-file': [
    'clusters[0].tls.key_file: got nothing, expected a file path beside clusters[0].tls.cert_file',
    'clusters[0].tls.cert_file: got "/nonexistent/client.pem" (no such file), expected a readable file',
  ],
  'cluster-is-a-text': ['clusters[0]: got a text, expected a mapping'],
  'cluster-name-is-a-number': [
    'clusters[0].name: got 12, expected a name of 1 to 63 letters, digits, ".", "_" or "-", in quotes',
  ],
  'cluster-name-with-blank': [
    'clusters[0].name: got "my cluster", expected a name of 1 to 63 letters, digits, ".", "_" or "-"',
  ],
  'clusters-empty': ['clusters: got nothing, expected at least one cluster, here or by --kafka.brokers'],
  'clusters-is-a-mapping': ['clusters: got a mapping, expected a list'],
  'clusters-is-null': ['clusters: got nothing, expected a list'],
  'compat-unknown': ['clusters[0].compat.uncommitted: got -1, expected absent or minus-one'],
  'dependency-kind-unknown': ['dependencies[0].kind: got "mongodb", expected postgres, redis or http'],
  'dependency-names-equal': [
    'dependencies[1].name: got "db", expected another name than that of dependencies[0]',
  ],
  'dependency-timeout-above-interval': ['dependencies[0].timeout: got "2s", expected at most interval (1s)'],
  'dependency-tls-invalid': [
    'dependencies[0].tls.ca_file: got a value, expected none with postgres, whose URL has them',
    'dependencies[1].tls.cert_file: got a value, expected none with redis://',
    'dependencies[2].tls.ca_file: got a value, expected none with http://',
    'dependencies[3].tls.key_file: got nothing, expected a file path beside dependencies[3].tls.cert_file',
    'dependencies[3].tls.ca_file: got "/dev/null", expected a PEM file with a certificate',
    'dependencies[3].tls.cert_file: got "/nonexistent/client.pem" (no such file), expected a readable file',
  ],
  'dependency-url-of-another-kind': [
    'dependencies[0].url: got <secret>, expected a URL such as redis://host:6379 or rediss://user:password@host:6379/0',
    'dependencies[1].url: got <secret>, expected a URL such as https://host:8443/ready',
  ],
  'dependency-url-and-url-env': [
    'dependencies[0].url: got url and url_env, expected exactly one of url, url_env and url_file',
  ],
  'dependency-url-env-unset': [
    'dependencies[0].url_env: got "THIS_VARIABLE_IS_NOT_SET", expected an environment variable that is set',
  ],
  'dependency-url-file-missing': [
    'dependencies[0].url_file: got "/nonexistent/url" (no such file), expected a readable file',
  ],
  'dependency-url-invalid': [
    'dependencies[0].url: got <secret>, expected a URL such as postgres://user@host:5432/database',
  ],
  'dependency-without-anything': [
    'dependencies[0].name: got nothing, expected a name of 1 to 63 letters, digits, ".", "_" or "-"',
    'dependencies[0].kind: got nothing, expected postgres, redis or http',
    'dependencies[0].url: got nothing, expected exactly one of url, url_env and url_file',
  ],
  'dlq-invalid': [
    'clusters[0].dlq.match: got "sometimes", expected auto or none',
    'clusters[0].dlq.include[0]: got "a(", expected a regular expression (unterminated group)',
    'clusters[0].dlq.drained_by.orders/eu: got "orders/eu", expected a topic name',
    'clusters[0].dlq.drained_by.orders-dlq: got "", expected a group id',
    'clusters[0].dlq.drained_by.payments-dlq: got 7, expected a group id, in quotes',
    'clusters[0].dlq.read_headers: got "perhaps", expected true or false',
  ],
  'duration-in-wrong-order': [
    'clusters[0].broker_forget_after: got "30m1h", expected a duration from 1m to 30d, such as 15s or 1h30m',
  ],
  'duration-negative': [
    'clusters[0].connect_timeout: got "-5s", expected a duration from 1s to 5m, such as 15s or 1h30m',
  ],
  empty: ['clusters: got nothing, expected at least one cluster, here or by --kafka.brokers'],
  'expect-topic-with-slash': [
    'clusters[0].expect.groups[0]: got "", expected a group id',
    'clusters[0].expect.topics[0]: got "orders/eu", expected a topic name',
  ],
  'expect-twice': ['clusters[0].expect.groups[1]: got "payments", expected a group id, once'],
  'family-unknown': [
    'metrics.families.exclude[1]: got "(", expected a regular expression (unterminated group)',
    'metrics.families.include[0]: got "kafka_consumergroup_lagg", which no metric family has, did you mean kafka_consumergroup_lag?',
  ],
  'granularity-is-a-text': ['metrics.granularity: got a text, expected a list'],
  'granularity-is-null': ['metrics.granularity: got nothing, expected a list'],
  'granularity-item-is-a-text': ['metrics.granularity[0]: got a text, expected a mapping'],
  'granularity-patterns-invalid': [
    'metrics.granularity[0].groups: got an empty list, expected a list of at least one regular expression',
    'metrics.granularity[1].topics[0]: got "a(", expected a regular expression (unterminated group)',
    'metrics.granularity[2].groups: got "batch", expected a list of at least one regular expression',
  ],
  'granularity-of-no-cluster': [
    'metrics.granularity[0].clusters[1]: got "sout", expected the name of a cluster, or a pattern of one',
  ],
  'granularity-unknown': [
    'metrics.granularity[0].granularity: got "broker", expected partition, topic or group',
    'metrics.granularity[1].granularity: got 1, expected partition, topic or group',
  ],
  'granularity-unknown-key': [
    'metrics.granularity[0].group: unknown key, did you mean groups?',
    'metrics.granularity[0].level: unknown key, expected one of clusters, groups, topics, granularity',
    'metrics.granularity[0]: got neither clusters nor groups nor topics, expected at least one of them',
  ],
  'granularity-without-anything': [
    'metrics.granularity[0]: got neither clusters nor groups nor topics, expected at least one of them',
    'metrics.granularity[0].granularity: got nothing, expected partition, topic or group',
    'metrics.granularity[1].granularity: got nothing, expected partition, topic or group',
    'metrics.granularity[2]: got neither clusters nor groups nor topics, expected at least one of them',
  ],
  'key-file-without-cert-file': [
    'clusters[0].tls.cert_file: got nothing, expected a file path beside clusters[0].tls.key_file',
    'clusters[0].tls.key_file: got "/nonexistent/client.key" (no such file), expected a readable file',
  ],
  'labels-invalid-name': [
    'clusters[0].labels.a-b: got "a-b", expected a label name: letters, digits and "_", no digit first, not "__…"',
    'clusters[0].labels.1st: got "1st", expected a label name: letters, digits and "_", no digit first, not "__…"',
    'clusters[0].labels.__name__: got "__name__", expected a label name: letters, digits and "_", no digit first, not "__…"',
  ],
  'labels-taken-by-names': [
    'clusters[0].labels.group: got "group", expected a label name that no metric under the names of kafka-lag-exporter has',
  ],
  'names-empty': [
    'metrics.names: got an empty list, expected a list of at least one of native, kminion, kafka-lag-exporter',
  ],
  'names-unknown': [
    'metrics.names[0]: got "native", expected native once',
    'metrics.names[1]: got "kminon", expected one of native, kminion, kafka-lag-exporter',
    'metrics.names[2]: got "native", expected native once',
  ],
  'labels-is-a-list': ['clusters[0].labels: got a list, expected a mapping of label names to values'],
  'labels-reserved-name': [
    'clusters[0].labels.topic: got "topic", expected a label name that no metric has by itself',
    'clusters[0].labels.kafka_cluster: got "kafka_cluster", expected a label name that no metric has by itself',
    'clusters[0].labels.le: got "le", expected a label name that no metric has by itself',
  ],
  'labels-value-is-a-number': [
    'clusters[0].labels.rack: got 1, expected a text in quotes',
    'clusters[0].labels.zone: got "", expected a text that is not empty',
  ],
  'listen-address-port-too-high': [
    'web.listen_address: got ":70000", expected :PORT or HOST:PORT, such as :9308 or 127.0.0.1:9308',
  ],
  'listen-address-without-port': [
    'web.listen_address: got "localhost", expected :PORT or HOST:PORT, such as :9308 or 127.0.0.1:9308',
  ],
  'log-level-unknown': [
    'log.level: got "verbose", expected trace, debug, info, warn or error',
    'log.format: got "logfmt", expected json or pretty',
  ],
  'loss-horizon-too-short': [
    'clusters[0].loss_horizon: got "30s", expected a duration from 1m to 365d, such as 15s or 1h30m',
  ],
  'many-faults': [
    'clusters[0].brokers[0]: got "kafka", expected HOST:PORT, such as kafka:9092',
    'clusters[0].sasl.pasword: unknown key, did you mean password?',
    'clusters[0].poll_interval: got "0s", expected a duration from 1s to 1h, such as 15s or 1h30m',
    'clusters[0].request_timeout: got "soon", expected a duration from 2s to 5m, such as 15s or 1h30m',
    'clusters[0].groups.include[0]: got "(", expected a regular expression (unterminated group)',
    'web.listen_address: got 9308, expected :PORT or HOST:PORT, such as :9308 or 127.0.0.1:9308',
    'loglevel: unknown key, expected one of clusters, dependencies, services, schemas, metrics, state_file, web, log',
    'clusters[0].sasl.username: got nothing, expected a user name',
    'clusters[0].sasl.password: got nothing, expected a password, or a file that holds it',
    'dependencies[0].timeout: got "5s", expected at most interval (2s)',
    'dependencies[0].url: got nothing, expected exactly one of url, url_env and url_file',
  ],
  'max-reading-age-below-default-interval': [
    'clusters[0].max_reading_age: got "10s", expected at least poll_interval (15s)',
  ],
  'max-reading-age-below-poll-interval': [
    'clusters[0].max_reading_age: got "20s", expected at least poll_interval (30s)',
  ],
  'max-series-is-a-text': [
    'metrics.max_series: got "500,000", expected 0, or a whole number from 1000 to 100000000',
  ],
  'max-series-negative': ['metrics.max_series: got -1, expected 0, or a whole number from 1000 to 100000000'],
  'max-series-too-low': ['metrics.max_series: got 999, expected 0, or a whole number from 1000 to 100000000'],
  'max-series-with-fraction': [
    'metrics.max_series: got 5000.5, expected 0, or a whole number from 1000 to 100000000',
  ],
  'merge-key': [
    'clusters[1].<<: unknown key, expected one of name, brokers, labels, tls, sasl, poll_interval, request_timeout, connect_timeout, max_reading_age, broker_forget_after, no_consumer_after, loss_horizon, probe, groups, topics, expect, dlq, compat, objectives',
  ],
  'metrics-is-a-list': ['metrics: got a list, expected a mapping'],
  'no-clusters': ['clusters: got nothing, expected at least one cluster, here or by --kafka.brokers'],
  'no-consumer-after-is-a-number': [
    'clusters[0].no_consumer_after: got 900, expected a duration from 1s to 30d, such as 15s or 1h30m',
  ],
  'objective-clock-unknown': [
    'clusters[0].objectives[0].clock: got "wall", expected record or seen',
    'clusters[0].objectives[0].isolation: got "read-committed", expected auto, read_committed or read_uncommitted',
  ],
  'objective-groups-empty': [
    'clusters[0].objectives[0].groups: got an empty list, expected a list of at least one regular expression',
  ],
  'objective-groups-invalid': [
    'clusters[0].objectives[0].groups[0]: got "pay(", expected a regular expression (unterminated group)',
    'clusters[0].objectives[0].groups[1]: got 12, expected a regular expression',
    'clusters[0].objectives[1].groups: got "payments", expected a list of at least one regular expression',
  ],
  'objective-is-a-text': ['clusters[0].objectives[1]: got a text, expected a mapping'],
  'objective-lag-is-a-number': [
    'clusters[0].objectives[1].lag_seconds: got 30, expected a duration from 1s to 365d, such as 15s or 1h30m',
  ],
  'objective-stalled-after-above-max': [
    'clusters[0].objectives[0].stalled_after_max: got "2m", expected at least stalled_after (5m)',
    'clusters[1].objectives[1].stalled_after_max: got "1h", expected at least stalled_after (1h30m)',
  ],
  'objective-stalled-after-too-long': [
    'clusters[0].objectives[0].stalled_after: got "31d", expected a duration from 1s to 30d, such as 15s or 1h30m',
    'clusters[0].objectives[0].stalled_after_max: got "0", expected a duration from 1s to 30d, such as 15s or 1h30m',
  ],
  'objective-unknown-key': [
    'clusters[0].objectives[0].group: unknown key, did you mean groups?',
    'clusters[0].objectives[1].stalled_afer: unknown key, did you mean stalled_after?',
    'clusters[0].objectives[1].severity: unknown key, expected one of groups, lag_seconds, stalled_after, stalled_after_max, clock, isolation',
    'clusters[0].objectives[0].groups: got nothing, expected a list of at least one regular expression',
  ],
  'objective-without-groups': [
    'clusters[0].objectives[0].groups: got nothing, expected a list of at least one regular expression',
    'clusters[0].objectives[2].groups: got nothing, expected a list of at least one regular expression',
  ],
  'objectives-is-a-mapping': ['clusters[0].objectives: got a mapping, expected a list'],
  'objectives-is-null': ['clusters[0].objectives: got nothing, expected a list'],
  'only-comments': ['clusters: got nothing, expected at least one cluster, here or by --kafka.brokers'],
  'pattern-invalid': [
    'clusters[0].groups.include[0]: got "payments-(", expected a regular expression (unterminated group)',
    'clusters[0].groups.include[1]: got "a)(b", expected a regular expression (unmatched \')\')',
    'clusters[0].groups.include[2]: got "*", expected a regular expression (nothing to repeat)',
  ],
  'pattern-is-a-number': [
    'clusters[0].topics.include[0]: got 12, expected a regular expression',
    'clusters[0].topics.include[1]: got "", expected a regular expression',
  ],
  'pattern-posix-class': [
    'clusters[0].topics.exclude[0]: got "[[:alpha:]]+", expected a regular expression (POSIX classes such as [[:alpha:]] are not supported)',
  ],
  'patterns-is-a-text': ['clusters[0].topics.include: got ".*", expected a list of regular expressions'],
  'poll-interval-is-a-number': [
    'clusters[0].poll_interval: got 15, expected a duration from 1s to 1h, such as 15s or 1h30m',
  ],
  'poll-interval-null': [
    'clusters[0].poll_interval: got nothing, expected a duration from 1s to 1h, such as 15s or 1h30m',
  ],
  'poll-interval-too-long': [
    'clusters[0].poll_interval: got "2h", expected a duration from 1s to 1h, such as 15s or 1h30m',
  ],
  'poll-interval-too-short': [
    'clusters[0].poll_interval: got "500ms", expected a duration from 1s to 1h, such as 15s or 1h30m',
  ],
  'poll-interval-with-fraction': [
    'clusters[0].poll_interval: got "1.5s", expected a duration from 1s to 1h, such as 15s or 1h30m',
  ],
  'probe-bytes-below-one-probe': [
    'clusters[0].probe.max_bytes_per_second: got 4, expected 0, or a number of bytes from 64KiB to 16GiB, such as 4MiB',
  ],
  'probe-bytes-in-megabytes': [
    'clusters[0].probe.max_bytes_per_second: got "4MB", expected 0, or a number of bytes from 64KiB to 16GiB, such as 4MiB',
  ],
  'probe-bytes-negative': [
    'clusters[0].probe.max_bytes_per_second: got -1, expected 0, or a number of bytes from 64KiB to 16GiB, such as 4MiB',
  ],
  'probe-is-a-size': ['clusters[0].probe: got a text, expected a mapping'],
  'request-timeout-below-throttle': [
    'clusters[0].request_timeout: got "1s", expected a duration from 2s to 5m, such as 15s or 1h30m',
  ],
  'root-is-a-list': ['FILE: got a list, expected a mapping'],
  'root-is-a-text': ['FILE: got a text, expected a mapping'],
  'sasl-empty': [
    'clusters[0].sasl.username: got nothing, expected a user name',
    'clusters[0].sasl.password: got nothing, expected a password, or a file that holds it',
  ],
  'sasl-mechanism-unknown': [
    'clusters[0].sasl.mechanism: got "gssapi", expected plain, scram-sha-256, scram-sha-512, oauthbearer or aws-msk-iam',
  ],
  'sasl-mechanism-unknown-with-token': [
    'clusters[0].sasl.mechanism: got "oauthbearr", expected plain, scram-sha-256, scram-sha-512, oauthbearer or aws-msk-iam',
  ],
  'sasl-password-file-empty': [
    'clusters[0].sasl.password_file: got "/dev/null" (empty), expected a file with the password',
  ],
  'sasl-password-file-endless': [
    'clusters[0].sasl.password_file: got "/dev/zero" (more than 64 KiB), expected a readable file',
  ],
  'sasl-password-file-missing': [
    'clusters[0].sasl.password_file: got "/nonexistent/password" (no such file), expected a readable file',
  ],
  'sasl-password-is-a-list': ['clusters[0].sasl.password: got <secret>, expected a text that is not empty'],
  'sasl-password-is-a-number': [
    'clusters[0].sasl.password: got <secret>, expected a text that is not empty, in quotes',
  ],
  'sasl-password-missing': [
    'clusters[0].sasl.password: got nothing, expected a password, or a file that holds it',
  ],
  'sasl-password-twice': [
    'clusters[0].sasl.password_file: got both, expected either this or clusters[0].sasl.password',
  ],
  'sasl-password-with-oauthbearer': [
    'clusters[0].sasl.username: got a value, expected none with the mechanism oauthbearer',
    'clusters[0].sasl.password: got a value, expected none with the mechanism oauthbearer',
  ],
  'sasl-region-invalid': [
    'clusters[0].sasl.region: got "Frankfurt", expected an AWS region, such as eu-central-1',
  ],
  'sasl-region-missing': [
    'clusters[0].sasl.region: got nothing, expected an AWS region, such as eu-central-1',
  ],
  'sasl-token-command-is-a-text': [
    'clusters[0].sasl.token_command: got <secret>, expected a list of a program and its arguments; in a flag or variable words with blanks between them',
    'clusters[1].sasl.token_command: got <secret>, expected a list of a program and its arguments; in a flag or variable words with blanks between them',
  ],
  'sasl-token-missing': [
    'clusters[0].sasl.token_file: got nothing, expected a file that holds the token, or token_command',
  ],
  'sasl-token-twice': [
    'clusters[0].sasl.token_command: got both, expected either this or clusters[0].sasl.token_file',
    'clusters[0].sasl.token_file: got "/nonexistent/token" (no such file), expected a readable file',
  ],
  'sasl-token-with-plain': [
    'clusters[0].sasl.token_command: got a value, expected none with the mechanism plain',
  ],
  'sasl-username-is-a-number': ['clusters[0].sasl.username: got 12, expected a user name, in quotes'],
  'sasl-username-missing': ['clusters[0].sasl.username: got nothing, expected a user name'],
  'section-is-a-list': ['clusters[0].groups: got a list, expected a mapping'],
  'section-is-a-text': ['clusters[0].sasl: got a text, expected a mapping'],
  'section-is-null': ['clusters[0].tls: got nothing, expected a mapping'],
  'server-name-with-port': ['clusters[0].tls.server_name: got "kafka:9093", expected a host name'],
  'service-invalid': [
    'services[0].address: got "bff", expected HOST:PORT, such as bff:50051',
    'services[0].health_name: got "acme bff", expected a name such as acme.orders.v1.Orders',
    'services[0].tls: got a boolean, expected a mapping',
    'services[0].metrics_url: got "…@bff:9100/metrics", expected a URL such as http://bff:9100/metrics, without user and password',
    'services[1].addres: unknown key, did you mean address?',
    'services[2]: got a text, expected a mapping',
    'services[1].address: got nothing, expected HOST:PORT, such as bff:50051',
    'services[3].name: got nothing, expected a name of 1 to 63 letters, digits, ".", "_" or "-"',
  ],
  'service-names-equal': ['services[1].name: got "bff", expected another name than that of services[0]'],
  'service-timeout-above-interval': ['services[0].timeout: got "2s", expected at most interval (1s)'],
  'service-tls-incomplete': [
    'services[0].tls.key_file: got nothing, expected a file path beside services[0].tls.cert_file',
    'services[0].tls.ca_file: got "/nonexistent/ca.pem" (no such file), expected a readable file',
    'services[0].tls.cert_file: got "/dev/null", expected a PEM file with a certificate',
  ],
  'several-clusters-with-one-name': [
    'clusters[1].name: got "a", expected another name than that of clusters[0]',
  ],
  'several-clusters-without-name': [
    'clusters[0].name: got nothing, expected a name, since there are several clusters',
    'clusters[2].name: got nothing, expected a name, since there are several clusters',
  ],
  'skip-verify-is-a-text': ['clusters[0].tls.insecure_skip_verify: got "yes", expected true or false'],
  'state-file-empty': ['state_file: got "", expected a file path'],
  'telemetry-path-relative': [
    'web.telemetry_path: got "metrics", expected a path such as /metrics, other than /, /-/…, /api/…, /livez and /readyz',
  ],
  'telemetry-path-taken': [
    'web.telemetry_path: got "/api/v1/metrics", expected a path such as /metrics, other than /, /-/…, /api/…, /livez and /readyz',
  ],
  'unknown-key-at-root': ['state-file: unknown key, did you mean state_file?'],
  'unknown-key-far-from-any': [
    'web.colour: unknown key, expected one of listen_address, telemetry_path, config_file',
  ],
  'unknown-key-in-cluster': ['clusters[0].poll_intervall: unknown key, did you mean poll_interval?'],
  'unknown-key-of-later-feature': [
    'clusters[0].mirrors: unknown key, expected one of name, brokers, labels, tls, sasl, poll_interval, request_timeout, connect_timeout, max_reading_age, broker_forget_after, no_consumer_after, loss_horizon, probe, groups, topics, expect, dlq, compat, objectives',
  ],
  'unknown-keys-in-many-places': [
    'clusters[0].sasl.user: unknown key, did you mean username?',
    'clusters[0].tsl: unknown key, did you mean tls?',
    'logs: unknown key, did you mean log?',
    '__proto__: unknown key, expected one of clusters, dependencies, services, schemas, metrics, state_file, web, log',
  ],
  'schema-access-without-registry': [
    'schemas[0].auth.token_file: got a value, expected none without registry',
    'schemas[0].timeout: got a value, expected none without registry',
  ],
  'schema-auth-incomplete': [
    'schemas[0].auth.password_file: got nothing, expected a file that holds the password',
    'schemas[1].auth.username: got nothing, expected a user name',
    'schemas[1].auth.password_file: got "/nonexistent/password" (no such file), expected a readable file',
    'schemas[2].auth.username: got a value, expected none beside auth.token_file',
    'schemas[2].auth.token_file: got "/nonexistent/token" (no such file), expected a readable file',
  ],
  'schema-cluster-unknown': [
    'schemas[0].cluster: got "nroth", expected the name of a cluster: north, south',
    'schemas[1].cluster: got nothing, expected the name of a cluster: north, south',
  ],
  'schema-file-invalid': [
    'schemas[0].schema_file: got "/nonexistent/schema.json" (no such file), expected a readable file',
    'schemas[1].schema_file: got "/dev/null", expected a file with a JSON Schema',
    'schemas[2].schema_file: got both, expected either this or registry',
    'schemas[2].schema_file: got "/dev/null", expected a file with a JSON Schema',
  ],
  'schema-registry-asked-two-ways': [
    'schemas[2].registry: got other settings of "http://registry:8081/", expected those of schemas[0]',
  ],
  'schema-registry-invalid': [
    'schemas[0].registry: got "registry:8081", expected a URL such as http://registry:8081, without user and password',
    'schemas[1].registry: got "…@registry:8081", expected a URL such as http://registry:8081, without user and password',
    'schemas[2].registry: got "http://registry:8081/?a=b", expected a URL such as http://registry:8081, without user and password',
    'schemas[3].registry: got 8081, expected a URL such as http://registry:8081, without user and password',
  ],
  'schema-sample-invalid': [
    'schemas[0].sample: got "100", expected all, or a number of records from 1/s to 1000000/s, such as 100/s',
    'schemas[1].sample: got "0/s", expected all, or a number of records from 1/s to 1000000/s, such as 100/s',
    'schemas[2].sample: got 100, expected all, or a number of records from 1/s to 1000000/s, such as 100/s',
    'schemas[3].target: got "snowflake", expected none, bigquery or snake_case',
  ],
  'schema-timeout-above-interval': ['schemas[0].timeout: got "20s", expected at most interval (10s)'],
  'schema-tls-invalid': [
    'schemas[0].tls.key_file: got nothing, expected a file path beside schemas[0].tls.cert_file',
    'schemas[0].tls.cert_file: got "/dev/null", expected a PEM file with a certificate',
    'schemas[1].tls.ca_file: got a value, expected none with a registry of http://',
  ],
  'schema-unknown-key': [
    'schemas[0].topic: unknown key, did you mean topics?',
    'schemas[0].topics: got nothing, expected a list of at least one regular expression',
  ],
  'web-config-file-missing': ['/nonexistent/web.yml: got no such file, expected a readable file'],
  'yaml-alias-bomb': ['FILE:13:12: got more than 100 aliases, expected fewer'],
  'yaml-bad-indentation': [
    'FILE:3:1: got a key without ":", a quote or bracket that is not closed, or a wrong indentation, expected valid YAML',
  ],
  'yaml-duplicate-keys': [
    'FILE:4:5: got name twice in one mapping, expected each key once',
    'FILE:6:1: got log twice in one mapping, expected each key once',
  ],
  'yaml-open-bracket': [
    'FILE:3:1: got an indentation that fits nothing above it, or a bracket that is not closed, expected valid YAML',
  ],
  'yaml-open-quote': [
    'FILE:3:1: got a key without ":", a quote or bracket that is not closed, or a wrong indentation, expected valid YAML',
  ],
  'yaml-password-like-alias': [
    'FILE:5:17: got an alias of nothing, expected a text that begins with "*" in quotes',
  ],
  'yaml-password-with-colon': [
    'FILE:5:17: got a mapping within one line, expected a text with ": " in quotes, or a line break before the mapping',
  ],
  'yaml-reserved-character': [
    'FILE:5:17: got a text that begins with a character reserved in YAML, expected it in quotes',
  ],
  'yaml-tab': ['FILE:2:1: got a tab, expected spaces as indentation'],
  'yaml-tag': [
    'FILE:3:36: got an unknown tag, expected no tags (a text that begins with "!" has to be in quotes)',
  ],
  'yaml-two-documents': ['FILE:3:1: got a second document, expected one'],
}

describe('check-config of a malformed file', () => {
  for (const [name, expected] of Object.entries(EXPECTED)) {
    it(`${name}.yml`, () => {
      const file = `${FOLDER}${name}.yml`
      const out: string[] = []
      const err: string[] = []
      const exitCode = checkConfig(file, {
        env: {},
        knownFamilies: ['kafka_up', 'kafka_consumergroup_lag'],
        out: line => out.push(line),
        err: line => err.push(line),
      })
      const said = err.join('\n').replaceAll(file, 'FILE')
      assert.deepEqual(said.split('\n'), expected)
      assert.deepEqual(out, [])
      assert.equal(exitCode, 1)
      assert.doesNotMatch(said, /hunter2|20061234/, 'a secret is printed')
    })
  }

  it('covers every file of the folder', () => {
    const files = readdirSync(FOLDER).map(file => file.replace(/\.yml$/, ''))
    assert.deepEqual(files.sort(), Object.keys(EXPECTED).sort())
  })
})
