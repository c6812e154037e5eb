import type { NodeAddress } from '../transport.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'

export const DESCRIBE_CLUSTER: Api = { key: 60, name: 'DescribeCluster', min: 0, max: 2, flexibleFrom: 0 }

/** From v2 the answer may hold fenced brokers, which Metadata leaves out (KIP-1073). */
export const DESCRIBE_CLUSTER_FENCED = 2

export interface DescribeClusterResponse {
  readonly throttleMs: number
  readonly errorCode: number
  readonly clusterId: string
  readonly controllerId: number
  readonly brokers: readonly (NodeAddress & { readonly isFenced: boolean })[]
}

/** Brokers, the fenced ones too where the version can. */
export function encodeDescribeCluster(version: number): Buffer {
  const writer = new ProtocolWriter(DESCRIBE_CLUSTER, version, 16)
  writer.boolean(false) // include_cluster_authorized_operations
  if (version >= 1) writer.uint8(1) // endpoint_type: brokers
  if (version >= DESCRIBE_CLUSTER_FENCED) writer.boolean(true)
  writer.tags()
  return writer.finish()
}

export function decodeDescribeCluster(version: number, body: Buffer): DescribeClusterResponse {
  const reader = new ProtocolReader(body, DESCRIBE_CLUSTER, version)
  const throttleMs = reader.int32()
  const errorCode = reader.int16()
  reader.skipString() // error_message
  if (version >= 1) reader.int8() // endpoint_type
  const clusterId = reader.string()
  const controllerId = reader.int32()
  const brokers: (NodeAddress & { readonly isFenced: boolean })[] = []
  for (let n = reader.arrayLength(11); n > 0; n--) {
    const id = reader.int32()
    const host = reader.string()
    const port = reader.int32()
    reader.skipString() // rack
    const isFenced = version >= DESCRIBE_CLUSTER_FENCED && reader.boolean()
    reader.tags()
    brokers.push({ id, host, port, isFenced })
  }
  reader.int32() // cluster_authorized_operations
  reader.tags()
  reader.end()
  return { throttleMs, errorCode, clusterId, controllerId, brokers }
}
