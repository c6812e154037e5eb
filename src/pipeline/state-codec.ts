import { crc32 } from 'node:zlib'
import { restoreBroker } from '../domain/broker-memory.ts'
import { type CodeCounters, restoreCounts } from '../domain/code-counters.ts'
import type { GroupMemory } from '../domain/group-memory.ts'
import { type ClusterState, initialState, noReadings } from '../domain/state.ts'
import { ExporterError } from '../errors.ts'
import type { CodeCount } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { buildTopology, type Topology } from '../model/topology.ts'

/*
 * The state file: what clocks and counters need to outlive a restart, in the byte order of the machine.
 *
 *   8 bytes   magic
 *   uint32    format version
 *   uint32    bytes of the header
 *   header    JSON, then zeros up to a multiple of 8
 *   columns   as the header counts them, each begun at a multiple of 8
 *   uint32    CRC-32 of everything before it
 */
const MAGIC = 'KHEXSTAT'
const VERSION = 1
const PREFIX = 16

interface Header {
  readonly clusterId: string | null
  readonly clockStartAt: number
  readonly wereGroupsComplete: boolean
  readonly stateWriteErrors: number
  /** Name, id, partitions; in order of the names. */
  readonly topics: readonly (readonly [string, string, number])[]
  readonly groups: readonly SavedGroup[]
  readonly rewoundFrom: readonly (readonly [number, number])[]
  /** Id, host, port, when the metadata last held it. */
  readonly brokers?: readonly (readonly [number, string, number, number])[]
  readonly requests: readonly (readonly [string, number])[]
  readonly pollErrors: readonly CodeCount[]
  readonly topicErrors: readonly CodeCount[]
  readonly lastSuccessAt: number
  readonly blocks: number
  readonly cells: number
}

interface SavedGroup {
  readonly id: string
  readonly kind: GroupMemory['kind']
  readonly rebalances: number
  readonly lastReadAt: number
  readonly readErrors: readonly CodeCount[]
}

export interface SavedState {
  readonly state: ClusterState
  readonly stateWriteErrors: number
}

const align = (bytes: number) => (bytes + 7) & ~7

/** The topics part of the header, made once per topology: there may be tens of thousands. */
const topicsJson = new WeakMap<Topology, string>()

/** `scratch` is written over when it is large enough, so that a state of megabytes is not allocated every poll. */
export function* encodeState(
  state: ClusterState,
  stateWriteErrors: number,
  scratch?: Uint8Array,
): Steps<Uint8Array> {
  const header = Buffer.from(yield* headerJson(state, stateWriteErrors))
  const columns = columnsOf(state)
  const size = columns.reduce((end, c) => align(end) + c.byteLength, align(PREFIX + header.length)) + 4
  const bytes =
    scratch !== undefined && scratch.byteLength >= size ? scratch.subarray(0, size) : new Uint8Array(size)
  const out = Buffer.from(bytes.buffer, bytes.byteOffset, size)
  out.write(MAGIC, 0, 'latin1')
  out.writeUInt32LE(VERSION, 8)
  out.writeUInt32LE(header.length, 12)
  header.copy(out, PREFIX)
  let end = PREFIX + header.length
  for (const column of columns) {
    out.fill(0, end, align(end))
    end = align(end)
    out.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), end)
    end += column.byteLength
    yield
  }
  out.writeUInt32LE(yield* checksum(out.subarray(0, end)), end)
  return bytes
}

function columnsOf(state: ClusterState) {
  const { layout, clocks } = state
  return [
    layout.groupStart,
    layout.blockTopic,
    layout.blockStart,
    layout.cellRow,
    clocks.latest,
    clocks.progressAt,
    clocks.flags,
    clocks.rewinds,
  ]
}

function* checksum(bytes: Uint8Array): Steps<number> {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 1 << 20) {
    sum = crc32(bytes.subarray(at, at + (1 << 20)), sum)
    yield
  }
  return sum
}

function* headerJson(state: ClusterState, stateWriteErrors: number): Steps<string> {
  const { layout } = state
  const groups: string[] = []
  for (const id of layout.groups) {
    if (groups.length % (ROWS_PER_STEP / 8) === 0) yield
    const memory = state.groups.get(id) as GroupMemory
    const saved: SavedGroup = {
      id,
      kind: memory.kind,
      rebalances: memory.rebalances.count,
      lastReadAt: memory.lastReadAt,
      readErrors: memory.readErrors.counts,
    }
    groups.push(JSON.stringify(saved))
  }
  const rest: Omit<Header, 'topics' | 'groups'> = {
    clusterId: state.clusterId,
    clockStartAt: state.clockStartAt,
    wereGroupsComplete: state.wereGroupsComplete,
    stateWriteErrors,
    rewoundFrom: [...state.clocks.rewoundFrom],
    brokers: state.brokers.map(b => [b.view.id, b.view.host, b.view.port, b.lastInMetadataAt]),
    requests: [...state.requests.counts],
    pollErrors: state.pollErrors.counts,
    topicErrors: state.topicErrors.counts,
    lastSuccessAt: state.lastSuccessAt,
    blocks: layout.blockTopic.length,
    cells: layout.cellRow.length,
  }
  return `${JSON.stringify(rest).slice(0, -1)},"topics":${yield* topicsPart(layout.topology)},"groups":[${groups.join(',')}]}`
}

function* topicsPart(topology: Topology): Steps<string> {
  const known = topicsJson.get(topology)
  if (known !== undefined) return known
  const parts: string[] = []
  for (let t = 0; t < topology.topics.length; t++) {
    if (t % ROWS_PER_STEP === 0) yield
    const partitions = (topology.start[t + 1] as number) - (topology.start[t] as number)
    parts.push(JSON.stringify([topology.topics[t], topology.topicIds[t], partitions]))
  }
  const json = `[${parts.join(',')}]`
  topicsJson.set(topology, json)
  return json
}

/**
 * The state that a file holds. Throws ExporterError STATE_DAMAGED for a file that was truncated or changed,
 * STATE_FOREIGN for one that is no state file, STATE_FUTURE for one of a later format.
 */
export function decodeState(bytes: Uint8Array): SavedState {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length < PREFIX + 4 || file.toString('latin1', 0, 8) !== MAGIC) {
    throw new ExporterError('STATE_FOREIGN', 'not a state file of this program')
  }
  const version = file.readUInt32LE(8)
  if (version !== VERSION) {
    throw new ExporterError(
      'STATE_FUTURE',
      `state file format ${version}; this version reads format ${VERSION}`,
    )
  }
  if (file.readUInt32LE(file.length - 4) !== crc32(file.subarray(0, -4))) {
    throw new ExporterError(
      'STATE_DAMAGED',
      'state file is truncated or damaged: its checksum does not match',
    )
  }
  try {
    return restore(file)
  } catch (cause) {
    throw new ExporterError('STATE_DAMAGED', 'state file is damaged: its contents do not fit together', {
      cause,
    })
  }
}

function restore(file: Buffer): SavedState {
  const headerEnd = PREFIX + file.readUInt32LE(12)
  const header = JSON.parse(file.toString('utf8', PREFIX, headerEnd)) as Header
  // The file's own buffer may begin anywhere; typed arrays must not, so each column is copied out.
  let at = headerEnd
  const take = (length: number): ArrayBuffer => {
    at = align(at)
    if (length < 0 || at + length > file.length - 4) throw new RangeError('a column lies beyond the end')
    const copy = Uint8Array.prototype.slice.call(file, at, at + length).buffer as ArrayBuffer
    at += length
    return copy
  }
  const topology = buildTopology(header.topics.map(([name, id, partitions]) => ({ name, id, partitions })))
  const layout = {
    topology,
    groups: header.groups.map(g => g.id),
    groupStart: new Int32Array(take(4 * (header.groups.length + 1))),
    blockTopic: new Int32Array(take(4 * header.blocks)),
    blockStart: new Int32Array(take(4 * (header.blocks + 1))),
    cellRow: new Int32Array(take(4 * header.cells)),
  }
  const latest = new Float64Array(take(8 * header.cells))
  const progressAt = new Float64Array(take(8 * header.cells))
  const flags = new Uint8Array(take(header.cells))
  const rewinds = new Float64Array(take(8 * header.blocks))
  const state: ClusterState = {
    ...initialState(header.clockStartAt),
    clusterId: header.clusterId,
    isRestored: true,
    wereGroupsComplete: header.wereGroupsComplete,
    layout,
    clocks: { latest, progressAt, flags, rewinds, rewoundFrom: new Map(header.rewoundFrom) },
    readings: noReadings(header.cells),
    topicUp: new Float64Array(topology.topics.length).fill(Number.NaN),
    groups: new Map(header.groups.map(g => [g.id, restoreGroup(g)])),
    brokers: (header.brokers ?? []).map(broker => restoreBroker(...broker)),
    requests: { counts: new Map(header.requests), published: new Map(header.requests) },
    pollErrors: restoreCounts(header.pollErrors),
    topicErrors: restoreCounts(header.topicErrors),
    lastSuccessAt: header.lastSuccessAt,
  }
  return { state, stateWriteErrors: header.stateWriteErrors }
}

function restoreGroup(saved: SavedGroup): GroupMemory {
  const readErrors: CodeCounters = restoreCounts(saved.readErrors)
  return {
    id: saved.id,
    kind: saved.kind,
    state: '',
    protocolType: '',
    protocol: '',
    coordinator: -1,
    members: null,
    describedAt: 0,
    rebalances: { state: '', membership: null, countedSinceDescription: false, count: saved.rebalances },
    lastReadAt: saved.lastReadAt,
    lastListedAt: 0,
    readErrors,
    isUp: false,
    exists: false,
    failure: null,
    share: null,
    missedListings: 0,
  }
}
