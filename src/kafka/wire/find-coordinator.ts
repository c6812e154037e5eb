import { ExporterError } from '../../errors.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'

export const FIND_COORDINATOR: Api = { key: 10, name: 'FindCoordinator', min: 3, max: 6, flexibleFrom: 3 }

/** Below v4 a request is about one group. */
export const FIND_COORDINATOR_MANY_GROUPS = 4

export interface FindCoordinatorResponse {
  readonly throttleMs: number
  readonly coordinators: readonly Coordinator[]
}

export interface Coordinator {
  readonly group: string
  readonly errorCode: number
  /** Broker id, -1 with an error. */
  readonly node: number
}

export function encodeFindCoordinator(version: number, groups: readonly string[]): Buffer {
  const writer = new ProtocolWriter(FIND_COORDINATOR, version)
  if (version < FIND_COORDINATOR_MANY_GROUPS) writer.string(onlyOne(version, groups))
  writer.uint8(0) // key_type: group
  if (version >= FIND_COORDINATOR_MANY_GROUPS) writer.strings(groups)
  writer.tags()
  return writer.finish()
}

export function decodeFindCoordinator(
  version: number,
  body: Buffer,
  groups: readonly string[],
): FindCoordinatorResponse {
  const reader = new ProtocolReader(body, FIND_COORDINATOR, version)
  const throttleMs = reader.int32()
  const coordinators: Coordinator[] = []
  if (version < FIND_COORDINATOR_MANY_GROUPS) {
    const errorCode = reader.int16()
    reader.skipString() // error_message
    const node = readNode(reader)
    coordinators.push({ group: onlyOne(version, groups), errorCode, node })
  } else {
    for (let n = reader.listLength(14); n > 0; n--) {
      const group = reader.string()
      const node = readNode(reader)
      const errorCode = reader.int16()
      reader.skipString() // error_message
      reader.tags()
      coordinators.push({ group, errorCode, node })
    }
  }
  reader.tags()
  reader.end()
  return { throttleMs, coordinators }
}

function readNode(reader: ProtocolReader): number {
  const node = reader.int32()
  reader.skipString() // host
  reader.int32() // port
  return node
}

function onlyOne(version: number, groups: readonly string[]): string {
  const [group] = groups
  if (group === undefined || groups.length > 1) {
    throw new ExporterError(
      'INTERNAL',
      `FindCoordinator v${version} is about one group, not ${groups.length}`,
    )
  }
  return group
}
