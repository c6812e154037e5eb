import picocolors from 'picocolors'
import { readOffsets } from '../admin/cluster-map.ts'
import { hopsOf } from '../admin/replay/plan-record.ts'
import { readRange } from '../admin/replay/read-range.ts'
import { parseFilter, type RecordFilter } from '../admin/replay/record-filter.ts'
import { readTopicMap } from '../admin/replay/replay-plan.ts'
import { type Origin, readOrigin } from '../domain/dlq/read-origin.ts'
import { ExporterError } from '../errors.ts'
import { EARLIEST, LATEST } from '../kafka/wire/list-offsets.ts'
import type { TailedRecord } from '../model/tail.ts'
import type { CliIo } from './cli-io.ts'
import { DEFAULT_SHOWN, type DlqShowFlags } from './dlq-flags.ts'
import type { DlqSession } from './dlq-session.ts'
import { parseOneOf, parseTopic, parseWhole } from './dlq-values.ts'
import { visibleText } from './terminal-text.ts'
import { renderTextTable } from './text-table.ts'

interface ShownRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly origin: Origin
  readonly hops: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: TailedRecord['headers']
}

interface ShowOptions {
  readonly topic: string
  readonly output: 'table' | 'json'
  readonly limit: number
  readonly filters: readonly RecordFilter[]
  readonly partition: number | null
  readonly offset: number
}

const MOST_SHOWN = 10_000
const PREVIEW = 60

class Enough extends Error {}

/** `dlq show TOPIC`: resolves to the exit code. The oldest of each partition first; reads no more than it shows. */
export async function runDlqShow(
  topic: string,
  flags: DlqShowFlags,
  { calls, tailer }: DlqSession,
  io: CliIo,
): Promise<number> {
  const options = parseShowFlags(topic, flags)
  const readMap = () => readTopicMap(calls, options.topic)
  const readStarts = () => calls.persist(async () => readOffsets(calls, await readMap(), EARLIEST, 1))
  const starts = await readStarts()
  const ends = await calls.persist(async () => readOffsets(calls, await readMap(), LATEST, 1))
  const { partition } = options
  if (partition !== null && partition >= starts.length) {
    throw new ExporterError(
      'BAD_FLAG',
      `--partition: got ${partition}, ${topic} has ${starts.length}, from 0 on`,
    )
  }
  const shown: ShownRecord[] = []
  let unreadable = 0
  const positions = starts.map((start, p) => {
    if (partition !== null && p !== partition) return ends[p] as number
    return Math.max(start, options.offset)
  })
  const take = async (chunk: { records: readonly TailedRecord[]; unreadable: number }) => {
    unreadable += chunk.unreadable
    for (const record of chunk.records) {
      const origin = readOrigin(record.headers)
      if (!options.filters.every(meets => meets(record, origin))) continue
      shown.push(copyOf(record, origin))
      if (shown.length === options.limit) throw new Enough()
    }
  }
  try {
    await readRange({ tailer, readMap, readStarts, positions, ends, signal: calls.signal, take })
  } catch (error) {
    if (!(error instanceof Enough)) throw error
  }
  if (options.output === 'json') for (const record of shown) io.stdout.write(`${toJson(record)}\n`)
  else io.stdout.write(render(shown, io))
  if (unreadable > 0) io.stderr.write(`dlq show: ${unreadable} records are damaged, or of an unknown codec\n`)
  return 0
}

function parseShowFlags(topic: string, flags: DlqShowFlags): ShowOptions {
  const { limit = String(DEFAULT_SHOWN), filter = [], partition, offset } = flags
  if (offset !== undefined && partition === undefined) {
    throw new ExporterError('BAD_FLAG', '--offset is of one partition: expected --partition with it')
  }
  return {
    topic: parseTopic('dlq show', topic),
    output: parseOneOf('output', flags.output ?? 'table', ['table', 'json']),
    limit: parseWhole('limit', limit, 1, MOST_SHOWN),
    filters: filter.map(parseFilter),
    partition: partition === undefined ? null : parseWhole('partition', partition, 0, 2 ** 31 - 1),
    offset: offset === undefined ? 0 : parseWhole('offset', offset, 0, Number.MAX_SAFE_INTEGER),
  }
}

/** What was read is a view of an answer that need not be kept. */
function copyOf(record: TailedRecord, origin: Origin): ShownRecord {
  const { partition, offset, timestamp, key, value, headers } = record
  return {
    partition,
    offset,
    timestamp,
    origin,
    hops: hopsOf(headers),
    key: key && Buffer.from(key),
    value: value && Buffer.from(value),
    headers: headers.map(header => ({ key: header.key, value: header.value && Buffer.from(header.value) })),
  }
}

function toJson({ partition, offset, timestamp, origin, hops, key, value, headers }: ShownRecord): string {
  return JSON.stringify({
    partition,
    offset,
    timestamp: timestamp < 0 ? null : new Date(timestamp).toISOString(),
    source: origin,
    hops,
    key: bytesToJson(key),
    value: bytesToJson(value),
    headers: headers.map(header => ({ key: header.key, value: bytesToJson(header.value) })),
  })
}

/** Text where it is some, so that nothing is lost: else base64. */
function bytesToJson(bytes: Buffer | null): { text: string } | { base64: string } | null {
  if (bytes === null) return null
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') }
}

function preview(bytes: Buffer | null): string {
  if (bytes === null) return '–'
  return visibleText(bytes.subarray(0, 4 * PREVIEW).toString('utf8')).slice(0, PREVIEW)
}

function render(records: readonly ShownRecord[], io: CliIo): string {
  if (records.length === 0) return 'no such records\n'
  const colors = picocolors.createColors(io.isTTY)
  const orNone = (value: string | number | null) => (value === null ? '–' : visibleText(String(value)))
  const place = ({ origin: { topic, partition, offset } }: ShownRecord) =>
    topic === null ? '–' : [topic, partition ?? '?', offset ?? '?'].join('/')
  const lines = renderTextTable<ShownRecord>(
    [
      { title: 'RECORD', text: ({ partition, offset }) => `${partition}/${offset}` },
      {
        title: 'TIME',
        text: r => (r.timestamp < 0 ? '–' : new Date(r.timestamp).toISOString()),
        dropOrder: 3,
      },
      { title: 'SOURCE', text: place, atLeast: 12 },
      { title: 'GROUP', text: ({ origin }) => orNone(origin.group), atLeast: 8, dropOrder: 2 },
      { title: 'CAUSE', text: ({ origin }) => orNone(origin.cause), atLeast: 12 },
      { title: 'HOPS', text: ({ hops }) => String(hops), align: 'right', dropOrder: 1 },
      { title: 'KEY', text: ({ key }) => preview(key), atLeast: 8, dropOrder: 4 },
      { title: 'VALUE', text: ({ value }) => preview(value), atLeast: 8, dropOrder: 0 },
    ],
    records,
    io.columns ?? Number.POSITIVE_INFINITY,
    colors.bold,
  )
  return `${lines.join('\n')}\n`
}
