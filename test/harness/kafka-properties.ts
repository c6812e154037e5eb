import type { Certificate, Certificates } from './certificates.ts'
import { abilitiesOf } from './kafka-abilities.ts'

/** How clients reach the cluster. Brokers among themselves, and the Java side of the harness, use plaintext always. */
export type Security = 'plaintext' | 'tls' | 'mtls' | 'sasl_plaintext' | 'sasl_tls'

/** Known to PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 alike. */
export interface KafkaUser {
  readonly name: string
  readonly password: string
}

/** A listener beside those of the harness, for clients only. */
export interface ExtraListener {
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  /** Without their `listener.name.….` */
  readonly properties: Readonly<Record<string, string>>
  /** Where clients are sent instead, by broker id: to what stands between. */
  readonly advertised?: Readonly<Record<number, string>>
}

export interface NodePorts {
  readonly id: number
  /** Of the extra listeners, by name. */
  readonly extra: Readonly<Record<string, number>>
  readonly internal: number
  /** Equal to `internal` where clients use plaintext too. */
  readonly client: number
  readonly controller: number
}

export interface NodeSpec {
  readonly ports: NodePorts
  readonly roles: 'broker,controller' | 'broker' | 'controller'
  readonly dataDir: string
}

export interface ClusterSpec {
  readonly nodes: readonly NodeSpec[]
  /** Its one server is the node that would be the controller. */
  readonly needsZooKeeper: boolean
  readonly security: Security
  readonly users: readonly KafkaUser[]
  readonly tls: { readonly certificates: Certificates; readonly server: Certificate } | null
  readonly extraListeners: Readonly<Record<string, ExtraListener>>
  readonly properties: Readonly<Record<string, string>>
}

export type Properties = Record<string, string>

const protocolOf: Record<Security, string> = {
  plaintext: 'PLAINTEXT',
  tls: 'SSL',
  mtls: 'SSL',
  sasl_plaintext: 'SASL_PLAINTEXT',
  sasl_tls: 'SASL_SSL',
}

/** The `server.properties` of one node. */
export function serverProperties(spec: ClusterSpec, node: NodeSpec, version: string): Properties {
  if (spec.needsZooKeeper && node.roles === 'controller') return zooKeeper(node)
  return {
    ...(spec.needsZooKeeper ? inZooKeeper(spec, node) : inKRaft(spec, node)),
    'log.dirs': node.dataDir,
    ...listeners(spec, node),
    ...(node.roles === 'controller' ? {} : { ...security(spec), ...extraListeners(spec) }),
    ...small(spec.nodes.filter(other => other.roles !== 'controller').length),
    ...groupProtocols(version),
    ...spec.properties,
  }
}

function inKRaft(spec: ClusterSpec, node: NodeSpec): Properties {
  const voters = spec.nodes.filter(other => other.roles !== 'broker')
  return {
    'process.roles': node.roles,
    'node.id': String(node.ports.id),
    'controller.quorum.voters': voters.map(v => `${v.ports.id}@127.0.0.1:${v.ports.controller}`).join(','),
    'controller.listener.names': 'CONTROLLER',
  }
}

const SESSION_TIMEOUT_MS = '4000'

function inZooKeeper(spec: ClusterSpec, node: NodeSpec): Properties {
  const server = spec.nodes.find(other => other.roles === 'controller')
  return {
    'broker.id': String(node.ports.id),
    'zookeeper.connect': `127.0.0.1:${server?.ports.controller}`,
    'zookeeper.session.timeout.ms': SESSION_TIMEOUT_MS,
  }
}

/** The configuration of ZooKeeper itself. */
function zooKeeper(node: NodeSpec): Properties {
  return {
    dataDir: node.dataDir,
    clientPort: String(node.ports.controller),
    clientPortAddress: '127.0.0.1',
    tickTime: '500',
    maxSessionTimeout: SESSION_TIMEOUT_MS,
    'admin.enableServer': 'false',
  }
}

function listeners(spec: ClusterSpec, node: NodeSpec): Properties {
  const { internal, client, controller } = node.ports
  const forBrokers = [`INTERNAL://127.0.0.1:${internal}`]
  // "localhost", not the address: host name checks of TLS are then exercised as users have them.
  if (client !== internal) forBrokers.push(`CLIENT://localhost:${client}`)
  const extra = Object.entries(spec.extraListeners)
  const ownAddress = (name: string) => `localhost:${node.ports.extra[name]}`
  const isBroker = node.roles !== 'controller'
  const open = isBroker ? [...forBrokers, ...extra.map(([name]) => `${name}://${ownAddress(name)}`)] : []
  for (const [name, { advertised }] of extra)
    forBrokers.push(`${name}://${advertised?.[node.ports.id] ?? ownAddress(name)}`)
  if (node.roles !== 'broker') open.push(`CONTROLLER://127.0.0.1:${controller}`)
  return {
    listeners: open.join(','),
    ...(isBroker && {
      'advertised.listeners': forBrokers.join(','),
      'inter.broker.listener.name': 'INTERNAL',
    }),
    'listener.security.protocol.map': [
      'INTERNAL:PLAINTEXT',
      'CONTROLLER:PLAINTEXT',
      `CLIENT:${protocolOf[spec.security]}`,
      ...extra.map(([name, { protocol }]) => `${name}:${protocol}`),
    ].join(','),
  }
}

function security(spec: ClusterSpec): Properties {
  const result: Properties = {}
  if (spec.tls) {
    result['listener.name.client.ssl.keystore.type'] = 'PEM'
    result['listener.name.client.ssl.keystore.location'] = spec.tls.server.keystoreFile
    result['listener.name.client.ssl.truststore.type'] = 'PEM'
    result['listener.name.client.ssl.truststore.location'] = spec.tls.certificates.caFile
    if (spec.security === 'mtls') result['listener.name.client.ssl.client.auth'] = 'required'
  }
  if (spec.security.startsWith('sasl')) {
    const plain = spec.users.map(user => ` user_${user.name}="${user.password}"`).join('')
    const jaas = (mechanism: string) => `listener.name.client.${mechanism}.sasl.jaas.config`
    const security = 'org.apache.kafka.common.security'
    result['sasl.enabled.mechanisms'] = 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512'
    result[jaas('plain')] = `${security}.plain.PlainLoginModule required${plain};`
    result[jaas('scram-sha-256')] = `${security}.scram.ScramLoginModule required;`
    result[jaas('scram-sha-512')] = `${security}.scram.ScramLoginModule required;`
  }
  return result
}

function extraListeners(spec: ClusterSpec): Properties {
  return Object.fromEntries(
    Object.entries(spec.extraListeners).flatMap(([name, { properties }]) =>
      Object.entries(properties).map(([key, value]) => [`listener.name.${name.toLowerCase()}.${key}`, value]),
    ),
  )
}

/** Made for a laptop: little memory, few threads, internal topics of few partitions, and nothing that happens by itself. */
function small(brokers: number): Properties {
  const replicas = String(Math.min(3, brokers))
  return {
    'auto.create.topics.enable': 'false',
    'default.replication.factor': replicas,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '6',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '3',
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '3',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    'broker.session.timeout.ms': '4000',
    'broker.heartbeat.interval.ms': '500',
    'num.network.threads': '2',
    'num.io.threads': '4',
    'background.threads': '2',
    'num.recovery.threads.per.data.dir': '2',
    // The default of 128 MiB is taken from the heap at once.
    'log.cleaner.dedupe.buffer.size': '4194304',
    'log.index.size.max.bytes': '1048576',
    'metadata.log.segment.bytes': '16777216',
  }
}

/**
 * Every kind of group that the release knows: a name that it does not know keeps it from starting. Members of the new
 * kinds learn of changes by heartbeats, every 5 s unless told otherwise.
 */
function groupProtocols(version: string): Properties {
  const { consumerGroups, shareGroups } = abilitiesOf(version)
  if (!consumerGroups) return {}
  const kinds = shareGroups ? ['consumer', 'share', 'streams'] : ['consumer']
  const result: Properties = { 'group.coordinator.rebalance.protocols': ['classic', ...kinds].join(',') }
  for (const kind of kinds) {
    result[`group.${kind}.min.heartbeat.interval.ms`] = '500'
    result[`group.${kind}.heartbeat.interval.ms`] = '1000'
    result[`group.${kind}.min.session.timeout.ms`] = '3000'
  }
  return result
}

export function renderProperties(properties: Properties): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('')
}
