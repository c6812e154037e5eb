import { Reader, Writer } from 'protobufjs/minimal.js'
import type { ServiceStatus } from '../../model/service-status.ts'

/** https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export const HEALTH_CHECK = '/grpc.health.v1.Health/Check'

/** HealthCheckRequest {string service = 1}; an empty text is not written. */
export function writeHealthRequest(service: string): Buffer {
  const writer = Writer.create()
  if (service !== '') writer.uint32(10).string(service)
  return Buffer.from(writer.finish())
}

/** HealthCheckResponse.ServingStatus; 3, SERVICE_UNKNOWN, is for Watch alone, and later ones say nothing that we know. */
const SERVING_STATUSES: readonly ServiceStatus[] = ['unknown', 'serving', 'not_serving']

/** HealthCheckResponse {ServingStatus status = 1}; other fields are passed over. Throws an Error where it is none. */
export function readHealthResponse(bytes: Uint8Array): ServiceStatus {
  const reader = Reader.create(bytes)
  let status = 0
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === 8) status = reader.int32()
    else reader.skipType(tag & 7)
  }
  return SERVING_STATUSES[status] ?? 'unknown'
}
