import { crc32 } from 'node:zlib'
import { CellMap } from '../domain/cell-map.ts'
import { restoreCounts } from '../domain/code-counters.ts'
import { NO_DEAD_LETTER_MEMORY } from '../domain/dlq/dead-letter-memory.ts'
import { restoreFuture } from '../domain/flow/future-timestamps.ts'
import { restoreKeptUp } from '../domain/flow/kept-up.ts'
import { noHeads } from '../domain/lag/head-bounds.ts'
import { restoreAssignments } from '../domain/progress/assignment.ts'
import { noProgress } from '../domain/progress/step-progress.ts'
import { noReadings } from '../domain/readings.ts'
import { type ClusterState, initialState } from '../domain/state.ts'
import { ExporterError } from '../errors.ts'
import type { Steps } from '../model/steps.ts'
import { buildTopology } from '../model/topology.ts'
import { checkPlaces } from './state-check.ts'
import {
  COLUMN_NAMES,
  columnFrom,
  columnsOf,
  isColumn,
  LATER_COLUMNS,
  restoreGaps,
  restoreWork,
  type StateColumns,
} from './state-columns.ts'
import { type Header, headerJson, restoreBrokers, restoreGroups } from './state-header.ts'

/*
 * The state file: what clocks and counters need to outlive a restart, in the byte order of the machine.
 *
 *   8 bytes   magic
 *   uint32    format version
 *   uint32    bytes of the header
 *   header    JSON, then zeros up to a multiple of 8
 *   columns   as the header lists them, each begun at a multiple of 8
 *   uint32    CRC-32 of everything before it
 */
const MAGIC = 'KHEXSTAT'
const VERSION = 2
const PREFIX = 16

export interface SavedState {
  readonly state: ClusterState
  readonly stateWriteErrors: number
}

const align = (bytes: number) => (bytes + 7) & ~7

/** `scratch` is written over when it is large enough, so that a state of megabytes is not allocated every poll. */
export function* encodeState(
  state: ClusterState,
  stateWriteErrors: number,
  scratch?: Uint8Array,
): Steps<Uint8Array> {
  const named = yield* columnsOf(state)
  const columns = COLUMN_NAMES.map(name => named[name])
  const lengths = COLUMN_NAMES.map((name, i) => [name, columns[i]?.byteLength ?? 0] as const)
  const header = Buffer.from(yield* headerJson(state, stateWriteErrors, lengths))
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

function* checksum(bytes: Uint8Array): Steps<number> {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 1 << 20) {
    sum = crc32(bytes.subarray(at, at + (1 << 20)), sum)
    yield
  }
  return sum
}

/**
 * The state that a file holds. Throws ExporterError STATE_DAMAGED for a file that was truncated or changed,
 * STATE_FOREIGN for one that is no state file, STATE_FUTURE for one of another format.
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
    const headerEnd = PREFIX + file.readUInt32LE(12)
    const header = JSON.parse(file.toString('utf8', PREFIX, headerEnd)) as Header
    return restore(header, readColumns(header, file, headerEnd))
  } catch (cause) {
    throw new ExporterError('STATE_DAMAGED', 'state file is damaged: its contents do not fit together', {
      cause,
    })
  }
}

function readColumns(header: Header, file: Buffer, headerEnd: number): StateColumns {
  const columns = new Map<string, StateColumns[keyof StateColumns]>()
  let at = headerEnd
  for (const [name, length] of header.columns) {
    at = align(at)
    if (!(length >= 0) || at + length > file.length - 4) {
      throw new RangeError('a column lies beyond the end')
    }
    if (isColumn(name)) columns.set(name, columnFrom(name, file.subarray(at, at + length)))
    at += length
  }
  for (const name of COLUMN_NAMES) {
    if (columns.has(name)) continue
    if (!LATER_COLUMNS.has(name)) throw new RangeError(`${name} is missing`)
    columns.set(name, columnFrom(name, new Uint8Array(0)))
  }
  return Object.fromEntries(columns) as unknown as StateColumns
}

function restore(header: Header, columns: StateColumns): SavedState {
  const topology = buildTopology(header.topics.map(([name, id, partitions]) => ({ name, id, partitions })))
  const { groupStart, blockTopic, blockStart, cellRow, latest, progressAt, flags, rewinds } = columns
  const cells = cellRow.length
  const blocks = blockTopic.length
  checkLengths(columns, ['latest', 'progressAt', 'flags', 'work', 'gapCount'], cells)
  checkLengths(columns, ['rewinds', 'unassignedSince', 'lost'], blocks)
  checkLengths(columns, ['blockStart'], blocks + 1)
  checkLengths(columns, ['groupStart'], header.groups.length + 1)
  const groups = header.groups.map(g => g.id)
  const layout = { topology, groups, groupStart, blockTopic, blockStart, cellRow }
  checkPlaces(layout, columns)
  const keptUp = header.groups.flatMap(g => (g.keptUpMs === undefined ? [] : [[g.id, g.keptUpMs] as const]))
  const state: ClusterState = {
    ...initialState(header.clockStartAt),
    ...restoreGroups(header),
    clusterId: header.clusterId,
    isRestored: true,
    wereGroupsComplete: header.wereGroupsComplete,
    polledAt: header.polledAt,
    layout,
    clocks: {
      latest,
      progressAt,
      flags,
      rewinds,
      rewoundFrom: pairs(columns.rewoundCells, columns.rewoundFrom),
    },
    readings: noReadings(cells),
    heads: noHeads(cells),
    progress: {
      ...noProgress(cells),
      ...restoreWork(columns, header.polledAt),
      gapCount: columns.gapCount,
      gaps: restoreGaps(columns),
    },
    assignments: restoreAssignments(columns.unassignedSince),
    stable: byCell(columns.stableRows, i => ({
      offset: columns.stableOffsets[i] as number,
      since: columns.stableSince[i] as number,
    })),
    lost: { perBlock: columns.lost, upTo: pairs(columns.lostCells, columns.lostUpTo) },
    future: restoreFuture(new Map(header.futureTimestamps), pairs(columns.futureRows, columns.futureTo)),
    keptUp: restoreKeptUp(new Map(keptUp)),
    deadLetters: {
      ...NO_DEAD_LETTER_MEMORY,
      ends: pairs(columns.deadLetterRows, columns.deadLetterEnds),
    },
    topicUp: new Float64Array(topology.topics.length).fill(Number.NaN),
    brokers: restoreBrokers(header),
    requests: { counts: new Map(header.requests), published: new Map(header.requests) },
    probeBytes: header.probeBytes,
    pollErrors: restoreCounts(header.pollErrors),
    topicErrors: restoreCounts(header.topicErrors),
    lastSuccessAt: header.lastSuccessAt,
  }
  return { state, stateWriteErrors: header.stateWriteErrors }
}

function checkLengths(columns: StateColumns, names: readonly (keyof StateColumns)[], length: number): void {
  for (const name of names) {
    if (columns[name].length !== length) throw new RangeError(`${name} has ${columns[name].length} entries`)
  }
}

function pairs(keys: Int32Array, values: Float64Array): ReadonlyMap<number, number> {
  return byCell(keys, i => values[i] as number)
}

function byCell<Value>(cells: Int32Array, valueAt: (i: number) => Value): ReadonlyMap<number, Value> {
  const map = new CellMap<Value>()
  for (let i = 0; i < cells.length; i++) map.set(cells[i] as number, valueAt(i))
  return map
}
