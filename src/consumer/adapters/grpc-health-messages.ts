/**
 * The messages of grpc.health.v1, bytes <-> values, so that the kit needs no compiler of descriptions. Source:
 * grpc/health/v1/health.proto of grpc-proto; the encoding is https://protobuf.dev/programming-guides/encoding.
 */

export const SERVING_STATUS = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const
export type ServingStatus = keyof typeof SERVING_STATUS

/** Wire types. */
const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

/** HealthCheckRequest: the name of a service, empty for the whole server. Throws on bytes that are none. */
export function decodeHealthCheckRequest(bytes: Uint8Array): { service: string } {
  let service = ''
  readFields(bytes, (field, value) => {
    if (field === 1 && typeof value === 'object') service = utf8.decode(value)
  })
  return { service }
}

export function encodeHealthCheckRequest({ service }: { service: string }): Buffer {
  return service === '' ? Buffer.alloc(0) : lengthDelimited(1, Buffer.from(service))
}

export function decodeHealthCheckResponse(bytes: Uint8Array): { status: ServingStatus } {
  let code = 0
  readFields(bytes, (field, value) => {
    if (field === 1 && typeof value === 'number') code = value
  })
  return { status: STATUS_NAMES[code] ?? 'UNKNOWN' }
}

export function encodeHealthCheckResponse({ status }: { status: ServingStatus }): Buffer {
  const code = SERVING_STATUS[status]
  return Buffer.from(code === 0 ? [] : [(1 << 3) | VARINT, code])
}

/** HealthListResponse: `map<string, HealthCheckResponse> statuses = 1`. */
export function encodeHealthListResponse({ statuses }: HealthList): Buffer {
  return Buffer.concat(
    Object.entries(statuses).map(([service, status]) =>
      lengthDelimited(
        1,
        Buffer.concat([
          lengthDelimited(1, Buffer.from(service)),
          lengthDelimited(2, encodeHealthCheckResponse({ status })),
        ]),
      ),
    ),
  )
}

export function decodeHealthListResponse(bytes: Uint8Array): HealthList {
  // Not an object that is written to: `__proto__` may be the name of a service.
  const statuses = new Map<string, ServingStatus>()
  readFields(bytes, (field, entry) => {
    if (field !== 1 || typeof entry !== 'object') return
    let service = ''
    let status: ServingStatus = 'UNKNOWN'
    readFields(entry, (part, value) => {
      if (typeof value !== 'object') return
      if (part === 1) service = utf8.decode(value)
      if (part === 2) status = decodeHealthCheckResponse(value).status
    })
    statuses.set(service, status)
  })
  return { statuses: Object.fromEntries(statuses) }
}

export interface HealthList {
  readonly statuses: Readonly<Record<string, ServingStatus>>
}

const STATUS_NAMES = Object.keys(SERVING_STATUS) as ServingStatus[]
const utf8 = new TextDecoder('utf-8', { fatal: true })

function lengthDelimited(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | LENGTH]), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Buffer.from([...bytes, rest])
}

/** Calls `take` with the number of each field, and its number or bytes; fields of a fixed size are passed over. */
function readFields(bytes: Uint8Array, take: (field: number, value: number | Uint8Array) => void): void {
  let at = 0
  const readVarint = () => {
    let value = 0
    for (let shift = 1; shift <= 2 ** 63; shift *= 0x80) {
      const byte = bytes[at++]
      if (byte === undefined) throw new RangeError('the message ends within a number')
      value += (byte & 0x7f) * shift
      if (byte < 0x80) return value
    }
    throw new RangeError('a number has more than ten bytes')
  }
  const readBytes = (length: number) => {
    if (length > bytes.length - at) throw new RangeError('the message ends within a field')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const key = readVarint()
    const [field, type] = [Math.floor(key / 8), key % 8]
    if (type === VARINT) take(field, readVarint())
    else if (type === LENGTH) take(field, readBytes(readVarint()))
    else if (type === FIXED64) readBytes(8)
    else if (type === FIXED32) readBytes(4)
    else throw new RangeError(`got the wire type ${type}, expected 0, 1, 2 or 5`)
  }
}
