/** Every setting that a file can have. A test holds it against the table. */
export const EXAMPLE_FILE = `clusters:
  - name: orders
    brokers: [kafka-0:9093, kafka-1:9093]
    labels: {environment: production}
    tls:
      ca_file: /etc/kafka/ca.pem
      cert_file: /etc/kafka/client.pem
      key_file: /etc/kafka/client.key
      server_name: kafka.example.org
      insecure_skip_verify: false
    sasl:
      mechanism: scram-sha-512
      username: exporter
      password_file: /etc/kafka/password     # or password; a token or a region for other mechanisms
    poll_interval: 15s
    request_timeout: 5s
    connect_timeout: 10s
    max_reading_age: 45s
    broker_forget_after: 1h
    no_consumer_after: 15m
    loss_horizon: 7d
    probe: {max_bytes_per_second: 4MiB}
    groups: {include: ['.*'], exclude: ['console-consumer-.*', 'kafka-health-exporter\\.replay:.*']}
    topics: {include: ['.*'], exclude: ['__.*']}
    expect: {groups: [payments], topics: [orders]}
    dlq:
      match: auto
      include: ['errors\\..*']
      exclude: []
      drained_by: {orders-dlq: redriver}
      read_headers: true
    compat: {uncommitted: absent}
    objectives:
      - groups: [payments]
        lag_seconds: 30s
        stalled_after: 5m
        stalled_after_max: 1h
        clock: record
        isolation: auto
      - groups: ['.*']                       # the rest
        stalled_after: 10m
  - name: audit
    brokers: ['[2001:db8::1]:9092']
dependencies:
  - name: orders-db
    kind: postgres
    url_env: ORDERS_DB_URL                   # or url, or url_file
    interval: 10s
    timeout: 2s
  - name: sessions
    kind: redis
    url: rediss://cache:6379
    tls: {ca_file: /etc/redis/ca.pem, cert_file: /etc/redis/client.pem, key_file: /etc/redis/client.key}
  - {name: prices, kind: http, url: 'http://prices:8080/ready'}
services:
  - name: bff
    address: bff:50051
    health_name: acme.bff.v1.Bff
    tls:
      ca_file: /etc/services/ca.pem
      cert_file: /etc/services/client.pem
      key_file: /etc/services/client.key
      server_name: bff.example.org
    metrics_url: http://bff:9100/metrics
    interval: 10s
    timeout: 2s
  - {name: checkout, address: 'checkout:50051'}
schemas:
  - cluster: orders
    topics: ['events\\..*']
    sample: 100/s                            # or all
    target: bigquery
    largest_record: 1MiB
    registry: https://registry:8081
    auth: {username: exporter, password_file: /etc/registry/password}
    tls: {ca_file: /etc/registry/ca.pem, cert_file: /etc/registry/client.pem, key_file: /etc/registry/client.key}
    timeout: 2s
    interval: 10s
  - cluster: orders
    topics: [signals]
    registry: http://other-registry:8081
    auth: {token_file: /etc/registry/token}
  - cluster: audit
    topics: [audit-events]                   # plain JSON
    schema_file: /etc/kafka-health-exporter/audit-events.json
metrics:
  names: [native]                            # or kminion, kafka-lag-exporter; or several
  families: {include: [], exclude: []}
  granularity:
    - {clusters: [audit], groups: [mirror], topics: ['logs\\..*'], granularity: topic}
    - {groups: ['batch-.*'], granularity: group}
    - {topics: ['metrics\\..*'], granularity: topic}
  max_series: 500000
state_file: /var/lib/kafka-health-exporter/state
web:
  listen_address: ':9308'
  telemetry_path: /metrics
  config_file: /etc/kafka-health-exporter/web.yml
log: {level: info, format: json}
`
