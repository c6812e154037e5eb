import type { ApiRequest, ApiVersions } from '../transport.ts'

/** One Kafka API as far as this program speaks it. Both versions inclusive. */
export interface Api {
  /** https://kafka.apache.org/protocol#protocol_api_keys */
  readonly key: number
  readonly name: string
  readonly min: number
  readonly max: number
  /** First version with KIP-482 encoding: compact lengths and tagged fields. */
  readonly flexibleFrom: number
}

/** The highest version that both sides speak, or null. */
export function negotiate(api: Api, versions: ApiVersions): number | null {
  const range = versions.get(api.key)
  if (range === undefined) return null
  const version = Math.min(api.max, range.max)
  return version >= Math.max(api.min, range.min) ? version : null
}

export function isFlexible(api: Api, version: number): boolean {
  return version >= api.flexibleFrom
}

export function toRequest(api: Api, version: number, body: Buffer, timeoutMs?: number): ApiRequest {
  const request = { key: api.key, version, name: api.name, flexible: isFlexible(api, version), body }
  return timeoutMs === undefined ? request : { ...request, timeoutMs }
}
