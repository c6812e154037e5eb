import type { Ask } from '../ask.ts'
import { schemaOf } from '../schemas.ts'

/** DescribeCluster v0 to v2; fenced brokers are told from v2 on, to who asks for them. */
export function answerDescribeCluster(ask: Ask): Buffer {
  const { cluster, version } = ask
  const api = schemaOf('DescribeCluster')
  const withFenced = api.request.decode(version, ask.body).includeFencedBrokers === true
  const nodes = [...cluster.nodes.values()].filter(node => node.alive || withFenced)
  return api.response.encode(version, {
    throttleTimeMs: ask.throttleMs,
    errorCode: ask.faults.answerError(),
    clusterId: cluster.clusterId ?? '',
    controllerId: cluster.controller,
    brokers: nodes.map(node => ({
      brokerId: node.id,
      host: node.host,
      port: node.port,
      rack: node.rack,
      ...(version >= 2 ? { isFenced: !node.alive } : {}),
    })),
  })
}
