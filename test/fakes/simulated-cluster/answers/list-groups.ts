import type { Ask } from '../ask.ts'
import { WireReader } from '../wire-reader.ts'
import { WireWriter } from '../wire-writer.ts'
import { inArbitraryOrder } from './arbitrary-order.ts'

/** ListGroups, v0 to v5: what this broker coordinates and the principal may see. */
export function answerListGroups(ask: Ask): Buffer {
  const { version, cluster } = ask
  const read = new WireReader(ask.body, ask.flexible)
  const states = version >= 4 ? lowerCase(read.list(() => read.string())) : new Set<string>()
  const kinds = version >= 5 ? lowerCase(read.list(() => read.string())) : new Set<string>()
  const error = ask.faults.answerError()
  const groups = [...cluster.groups.values()].filter(
    group =>
      error === 0 &&
      group.coordinator === ask.node &&
      group.visible &&
      (states.size === 0 || states.has(group.state.toLowerCase())) &&
      (kinds.size === 0 || kinds.has(group.kind)),
  )
  const out = new WireWriter(ask.flexible, groups.length * 48 + 64)
  if (version >= 1) out.int32(ask.throttleMs)
  out.int16(error)
  out.length(groups.length)
  for (const group of inArbitraryOrder(groups)) {
    out.string(group.id)
    out.string(group.protocolType)
    if (version >= 4) out.string(group.state)
    if (version >= 5) out.string(group.kind)
    out.end()
  }
  out.end()
  return out.bytes()
}

function lowerCase(values: readonly string[]): Set<string> {
  return new Set(values.map(value => value.toLowerCase()))
}
