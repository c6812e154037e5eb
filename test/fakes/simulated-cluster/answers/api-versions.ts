import { API_TABLE } from '../api-table.ts'
import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import { WireWriter } from '../wire-writer.ts'

/** ApiVersions, v0 to v4. Its header stays classic whatever the version; see the connection. */
export function answerApiVersions(ask: Ask): Buffer {
  return write(ask, ask.version, ask.flexible, ask.faults.answerError())
}

/** KIP-511: to a version that it does not speak, a broker answers v0 with UNSUPPORTED_VERSION and its versions. */
export function refuseApiVersions(ask: Ask): Buffer {
  return write(ask, 0, false, ERROR_NUMBERS.UNSUPPORTED_VERSION)
}

function write(ask: Ask, version: number, flexible: boolean, error: number): Buffer {
  const out = new WireWriter(flexible)
  const spoken = [...ask.cluster.node(ask.node).versions]
  out.int16(error)
  out.length(spoken.length)
  for (const [name, { min, max }] of spoken) {
    out.int16(API_TABLE[name].key)
    out.int16(min)
    out.int16(max)
    out.end()
  }
  if (version >= 1) out.int32(ask.throttleMs)
  out.end()
  return out.bytes()
}
