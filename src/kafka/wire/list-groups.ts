import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'

export const LIST_GROUPS: Api = { key: 16, name: 'ListGroups', min: 3, max: 5, flexibleFrom: 3 }

export interface ListGroupsResponse {
  readonly throttleMs: number
  readonly errorCode: number
  readonly groups: readonly ListedGroup[]
}

export interface ListedGroup {
  readonly id: string
  readonly protocolType: string
  /** As the broker writes it; '' below v4. */
  readonly state: string
  /** classic, consumer, share or streams, as the broker writes it; '' below v5. */
  readonly type: string
}

/** Groups of every state and type. */
export function encodeListGroups(version: number): Buffer {
  const writer = new ProtocolWriter(LIST_GROUPS, version, 16)
  if (version >= 4) writer.strings([])
  if (version >= 5) writer.strings([])
  writer.tags()
  return writer.finish()
}

export function* decodeListGroups(version: number, body: Buffer): Steps<ListGroupsResponse> {
  const reader = new ProtocolReader(body, LIST_GROUPS, version)
  const throttleMs = reader.int32()
  const errorCode = reader.int16()
  const groups: ListedGroup[] = []
  for (let n = reader.listLength(3); n > 0; n--) {
    const id = reader.string()
    const protocolType = reader.string()
    const state = version >= 4 ? reader.string() : ''
    const type = version >= 5 ? reader.string() : ''
    reader.tags()
    groups.push({ id, protocolType, state, type })
    if (n % (ROWS_PER_STEP / 8) === 0) yield
  }
  reader.tags()
  reader.end()
  return { throttleMs, errorCode, groups }
}
