import { join } from 'node:path'
import { createCertificates } from './certificates.ts'
import { freePorts } from './free-port.ts'
import type { KafkaOptions } from './kafka-cluster.ts'
import type { ClusterSpec, NodePorts, NodeSpec, Security } from './kafka-properties.ts'

const unstableProperties = {
  'unstable.feature.versions.enable': 'true',
  'unstable.api.versions.enable': 'true',
}

/** Which processes there are, on which ports and folders: decided before anything is started. */
export async function planCluster(
  dataDir: string,
  options: KafkaOptions,
  needsZooKeeper: boolean,
): Promise<ClusterSpec> {
  const { brokers = 3, listeners: security = 'plaintext' } = options
  const { extraListeners = {} } = options
  const extra = Object.keys(extraListeners)
  const dedicatedController = needsZooKeeper || (options.dedicatedController ?? false)
  const nodes: NodeSpec[] = []
  for (let id = 1; id <= brokers; id++) {
    const roles = dedicatedController ? 'broker' : 'broker,controller'
    nodes.push({ ports: await portsOf(id, security, extra), roles, dataDir: join(dataDir, `broker-${id}`) })
  }
  if (dedicatedController) {
    const ports = await portsOf(100, security, [])
    nodes.unshift({ ports, roles: 'controller', dataDir: join(dataDir, 'controller-100') })
  }
  const wantsTls = security === 'mtls' || security.endsWith('tls')
  const certificates = wantsTls ? (options.certificates ?? (await createCertificates())) : null
  const unstable = options.streamsGroups && unstableProperties
  return {
    nodes,
    needsZooKeeper,
    security,
    users: options.users ?? [{ name: 'alice', password: 'alice-secret' }],
    tls: certificates && { certificates, server: options.serverCertificate ?? certificates.server },
    extraListeners,
    properties: { ...unstable, ...options.properties },
  }
}

async function portsOf(id: number, security: Security, extra: readonly string[]): Promise<NodePorts> {
  const [internal, controller, other, ...more] = (await freePorts(3 + extra.length)) as [
    number,
    number,
    number,
    ...number[],
  ]
  return {
    id,
    internal,
    controller,
    client: security === 'plaintext' ? internal : other,
    extra: Object.fromEntries(extra.map((name, i) => [name, more[i]!])),
  }
}
