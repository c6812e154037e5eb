/** A flag of kafka_exporter's that means nothing here. */
export interface ForeignFlag {
  readonly name: string
  /** Null for a switch. */
  readonly metavar: string | null
  /** Completes "--name is ignored: …". */
  readonly ignored: string
  /** Set where ignoring it would break what its user relies on: completes the fault. Switches only. */
  readonly refused?: string
}

const valued = (name: string, ignored: string): ForeignFlag => ({ name, metavar: 'VALUE', ignored })
const toggle = (name: string, ignored: string): ForeignFlag => ({ name, metavar: null, ignored })
const refused = (name: string, why: string): ForeignFlag => ({ ...toggle(name, why), refused: why })

const WORKERS = 'a poll sends a few large requests, which need no workers'
const OTHER_SASL = 'it belongs to a SASL mechanism that is not supported'
const NO_WEB_TLS = 'TLS is set up by the file of --web.config.file'
const ZOOKEEPER = 'offsets in ZooKeeper are not supported'

/** Flags of kafka_exporter up to 1.10, so that its command lines start this program. */
export const FOREIGN_FLAGS: readonly ForeignFlag[] = [
  valued('kafka.version', "each broker's API versions are negotiated"),
  valued('refresh.metadata', 'metadata is read with every poll'),
  toggle('offset.show-all', 'all groups are read, whether they have members or not'),
  toggle('concurrent.enable', 'a scrape never asks Kafka'),
  valued('topic.workers', WORKERS),
  valued('group.workers', WORKERS),
  valued('group.metrics.timeout', 'see --kafka.request-timeout'),
  valued('verbosity', 'see --log.level'),
  toggle('log.enable-sarama', 'see --log.level'),
  toggle('kafka.allow-auto-topic-creation', 'no topic is ever created'),
  refused('use.consumelag.zookeeper', ZOOKEEPER),
  valued('zookeeper.server', ZOOKEEPER),
  refused('server.tls.enabled', NO_WEB_TLS),
  toggle('server.tls.mutual-auth-enabled', NO_WEB_TLS),
  valued('server.tls.ca-file', NO_WEB_TLS),
  valued('server.tls.cert-file', NO_WEB_TLS),
  valued('server.tls.key-file', NO_WEB_TLS),
  valued('sasl.aws-region', OTHER_SASL),
  valued('sasl.oauthbearer-token-url', OTHER_SASL),
  valued('sasl.oauthbearer-token-file', OTHER_SASL),
  valued('sasl.oauthbearer-scopes', OTHER_SASL),
  valued('sasl.service-name', OTHER_SASL),
  valued('sasl.kerberos-config-path', OTHER_SASL),
  valued('sasl.realm', OTHER_SASL),
  valued('sasl.kerberos-auth-type', OTHER_SASL),
  valued('sasl.keytab-path', OTHER_SASL),
  toggle('sasl.disable-PA-FX-FAST', OTHER_SASL),
]
