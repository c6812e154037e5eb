import type { EventEmitter } from 'node:events'
import {
  decodeHealthCheckRequest,
  decodeHealthCheckResponse,
  decodeHealthListResponse,
  encodeHealthCheckRequest,
  encodeHealthCheckResponse,
  encodeHealthListResponse,
  type HealthList,
  type ServingStatus,
} from './grpc-health-messages.ts'

/** grpc.health.v1.Health as `@grpc/grpc-js` takes a service. */
export const HEALTH_SERVICE = {
  Check: {
    path: '/grpc.health.v1.Health/Check',
    originalName: 'check',
    requestStream: false,
    responseStream: false,
    requestSerialize: encodeHealthCheckRequest,
    requestDeserialize: decodeHealthCheckRequest,
    responseSerialize: encodeHealthCheckResponse,
    responseDeserialize: decodeHealthCheckResponse,
  },
  Watch: {
    path: '/grpc.health.v1.Health/Watch',
    originalName: 'watch',
    requestStream: false,
    responseStream: true,
    requestSerialize: encodeHealthCheckRequest,
    requestDeserialize: decodeHealthCheckRequest,
    responseSerialize: encodeHealthCheckResponse,
    responseDeserialize: decodeHealthCheckResponse,
  },
  List: {
    path: '/grpc.health.v1.Health/List',
    originalName: 'list',
    requestStream: false,
    responseStream: false,
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: () => ({}),
    responseSerialize: encodeHealthListResponse,
    responseDeserialize: decodeHealthListResponse,
  },
}

export interface GrpcError {
  readonly code: number
  readonly details: string
}

type Callback<T> = (error: GrpcError | null, value?: T) => void

/** A call of Watch, of `@grpc/grpc-js`. */
export interface WatchCall extends EventEmitter {
  readonly request: { readonly service: string }
  readonly cancelled: boolean
  /** False when the client reads more slowly than it is written to; `drain` follows. */
  write(response: { status: ServingStatus }): boolean
  end(): void
}

export interface HealthHandlers {
  check(
    call: { readonly request: { readonly service: string } },
    callback: Callback<{ status: ServingStatus }>,
  ): void
  watch(call: WatchCall): void
  list(call: unknown, callback: Callback<HealthList>): void
}
