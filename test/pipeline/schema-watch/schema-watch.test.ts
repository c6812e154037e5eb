import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import avro from 'avsc'
import { ExporterError } from '../../../src/errors.ts'
import type { Log } from '../../../src/model/ports.ts'
import type { SchemaTopicView } from '../../../src/model/schema-watch.ts'
import type { TailedRecord } from '../../../src/model/tail.ts'
import { SchemaWatch } from '../../../src/pipeline/schema-watch/schema-watch.ts'
import { DecoderCache } from '../../../src/sources/schema-registry/decoder-cache.ts'
import { plainJsonReader, registryReader } from '../../../src/sources/schema-registry/registry-reader.ts'

const ORDER = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
const TYPE = avro.Type.forSchema(JSON.parse(ORDER) as avro.Schema)
const QUIET: Log = { debug() {}, info() {}, warn() {}, error() {} }

function record(value: Buffer | string | null): TailedRecord {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return { partition: 0, offset: 0, timestamp: 0, key: null, value: bytes, headers: [] }
}

const framed = (id: number, payload: Uint8Array) =>
  record(Buffer.concat([Buffer.from([0, 0, 0, 0, id]), payload]))

/** Counters alone, those that are 0 left out. */
function countsOf({
  checked,
  fallback,
  unsampled,
  undecodable,
  droppedFields,
  affectedRecords,
}: SchemaTopicView) {
  const all = { checked, fallback, unsampled, ...undecodable }
  const some = (counts: object) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
  return { records: some(all), fields: some(droppedFields), affected: some(affectedRecords) }
}

interface Options {
  readonly recordsPerSecond?: number
  readonly largestRecordBytes?: number
  readonly reader?: ReturnType<typeof plainJsonReader>
  readonly log?: Log
}

function watchOf(options: Options = {}) {
  const clock = { now: 1_000_000 }
  const watch = new SchemaWatch({
    watched: [
      {
        topics: [/^events\..*$/],
        recordsPerSecond: options.recordsPerSecond ?? Number.POSITIVE_INFINITY,
        largestRecordBytes: options.largestRecordBytes ?? 0,
        reader: options.reader ?? plainJsonReader(null),
        target: 'bigquery',
      },
    ],
    clock: () => clock.now,
    log: options.log ?? QUIET,
    close: async () => {},
  })
  const view = () => {
    watch.save()
    watch.publish()
    // What is shown for the first time is shown at 0.
    watch.view()
    return watch.view()?.topics[0] as SchemaTopicView
  }
  return { watch, clock, view, counts: () => countsOf(view()) }
}

describe('the schema watch', () => {
  it('wants what the settings say of a topic, and nothing of others', () => {
    const { watch } = watchOf({ recordsPerSecond: 5 })
    assert.deepEqual([watch.wants('events.orders'), watch.wants('orders')], [5, 0])
  })

  it('has a topic at 0 before its first record comes, and lets it go with the topic', () => {
    const { watch, view } = watchOf()
    assert.equal(watch.view(), null)
    watch.keepOnly(new Set(['events.orders']))
    assert.deepEqual(view(), {
      topic: 'events.orders',
      checked: 0,
      fallback: 0,
      undecodable: { undecodable: 0, unknown_schema_id: 0 },
      unsampled: 0,
      droppedFields: {
        case_collision: 0,
        name_collision: 0,
        type_flip: 0,
        missing_required: 0,
        null_violation: 0,
      },
      affectedRecords: {
        case_collision: 0,
        name_collision: 0,
        type_flip: 0,
        missing_required: 0,
        null_violation: 0,
        oversize: 0,
      },
      problems: [],
      problemsLeftOut: 0,
    })
    watch.keepOnly(new Set())
    assert.equal(view(), undefined)
  })

  it('shows the counters of a topic at 0 first, and those of one that was restored as they are', async () => {
    const { watch } = watchOf()
    await watch.take('events.a', [record('{"a":1}'), record('{"a":"x"}')])
    const saved: unknown = JSON.parse(JSON.stringify(watch.save()))
    watch.publish()
    const shown = () => watch.view()?.topics.map(view => countsOf(view))
    const full = { records: { checked: 2 }, fields: { type_flip: 1 }, affected: { type_flip: 1 } }
    assert.deepEqual(shown(), [{ records: {}, fields: {}, affected: {} }])
    assert.deepEqual(shown(), [full])
    const { watch: next } = watchOf()
    next.restore(saved)
    next.publish()
    assert.deepEqual(countsOf(next.view()?.topics[0] as SchemaTopicView), full)
  })

  it('counts a record that cannot be checked as undecodable, and goes on behind it', async () => {
    const errors: string[] = []
    const plain = plainJsonReader(null)
    const { watch, counts } = watchOf({
      log: { ...QUIET, error: (_fields, message) => errors.push(message) },
      reader: {
        ...plain,
        read: it => {
          if (it.offset === 1) throw new Error('a defect')
          return plain.read(it)
        },
      },
    })
    const records = [0, 1, 1, 2].map(offset => ({ ...record('{"a":1}'), offset }))
    await watch.take('events.a', records)
    assert.deepEqual(counts().records, { checked: 2, undecodable: 2 })
    assert.deepEqual(errors, ['records of events.a cannot be checked and count as undecodable: a defect'])
  })

  it('leaves nothing on the signal, however what it waited for ends', async () => {
    const { signal } = new AbortController()
    let answer = Promise.resolve()
    const { watch } = watchOf({ reader: { ...plainJsonReader(null), prepare: () => answer } })
    await watch.take('events.a', [record('{"a":1}')], signal)
    assert.equal(getEventListeners(signal, 'abort').length, 0)
    answer = Promise.reject(new Error('a defect'))
    await assert.rejects(watch.take('events.a', [record('{"a":1}')], signal), { message: 'a defect' })
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  it('counts records once, and each field that would be dropped', async () => {
    const { watch, view, counts } = watchOf()
    await watch.take('events.a', [
      record('{"a":1}'),
      record('{"a":"x","b":{"C":1,"c":2}}'),
      record('{"a":"y"}'),
      record(null),
      record('no JSON'),
    ])
    assert.deepEqual(counts(), {
      records: { checked: 4, undecodable: 1 },
      fields: { type_flip: 2, case_collision: 2 },
      affected: { type_flip: 2, case_collision: 1 },
    })
    assert.deepEqual(
      view().problems.map(({ reason, field, count }) => `${reason} ${field} ${count}`),
      ['type_flip a 2', 'case_collision b.C 1', 'case_collision b.c 1'],
    )
  })

  it('passes over what is beyond the rate, and what was jumped over or could not be read', async () => {
    const { watch, clock, counts } = watchOf({ recordsPerSecond: 10 })
    const records = Array.from({ length: 25 }, () => record('{}'))
    await watch.take('events.a', records)
    clock.now += 500
    await watch.take('events.a', records)
    watch.passOver('events.a', 7, 'jumped')
    watch.passOver('events.a', 2, 'unreadable')
    assert.deepEqual(counts().records, { checked: 15, unsampled: 10 + 25 + 7, undecodable: 2 })
  })

  it('does not look into a record that is too long', async () => {
    const { watch, counts } = watchOf({ largestRecordBytes: 10 })
    await watch.take('events.a', [record('{"a":1,"A":2}'), record('{"a":1}')])
    assert.deepEqual(counts(), { records: { checked: 2 }, fields: {}, affected: { oversize: 1 } })
  })

  it('goes on after a restart', async () => {
    const { watch } = watchOf()
    await watch.take('events.a', [record('{"a":1}'), record('{"a":"x"}')])
    const saved: unknown = JSON.parse(JSON.stringify(watch.save()))
    const { watch: next, view, counts } = watchOf()
    next.restore(saved)
    await next.take('events.a', [record('{"a":"x"}')])
    assert.deepEqual(counts(), {
      records: { checked: 3 },
      fields: { type_flip: 2 },
      affected: { type_flip: 2 },
    })
    assert.equal(view().problems[0]?.count, 2)
    for (const damaged of [null, 5, { topics: [null, { topic: 'events.b', tally: 1, check: 2 }] }]) {
      assert.doesNotThrow(() => watchOf().watch.restore(damaged))
    }
  })

  it('forgets the types of a topic that has begun anew, and goes on counting', async () => {
    const { watch, counts } = watchOf()
    await watch.take('events.a', [record('{"a":1}'), record('{"a":"x"}')])
    watch.begunAnew('events.a')
    watch.begunAnew('events.gone')
    await watch.take('events.a', [record('{"a":"x"}')])
    assert.deepEqual(counts(), {
      records: { checked: 3 },
      fields: { type_flip: 1 },
      affected: { type_flip: 1 },
    })
  })

  it('tells of a record without its schema what collides within it, and nothing of types', async () => {
    const decoders = new DecoderCache({
      fetchSchema: async () => {
        throw new ExporterError('SCHEMA_NOT_FOUND', 'no')
      },
      clock: () => 0,
      log: QUIET,
    })
    const { watch, counts } = watchOf({ reader: registryReader(decoders) })
    await watch.take('events.a', [record('{"a":[1,"x",{"b":1,"B":2}]}'), record('{"a":"x"}')])
    assert.deepEqual(counts(), {
      records: { fallback: 2 },
      fields: { case_collision: 2 },
      affected: { case_collision: 1 },
    })
  })

  it('names each field once in the log, and no more than somebody could read', async () => {
    const lines: object[] = []
    const { watch, clock } = watchOf({ log: { ...QUIET, warn: fields => lines.push(fields) } })
    const names = Array.from({ length: 30 }, (_, i) => `f${i}`)
    const first = Object.fromEntries(names.map(name => [name, 1]))
    const second = Object.fromEntries(names.map(name => [name, 'secret-value']))
    await watch.take('events.a', [record(JSON.stringify(first)), record(JSON.stringify(second))])
    await watch.take('events.a', [record(JSON.stringify(second))])
    assert.equal(lines.length, 20)
    assert.doesNotMatch(JSON.stringify(lines), /secret-value/)
    clock.now += 60_000
    await watch.take('events.a', [record('{"x":1,"X":2}')])
    assert.equal(lines.length, 23)
  })

  it('bounds the list of fields', async () => {
    const { watch, view } = watchOf()
    const names = Array.from({ length: 300 }, (_, i) => `f${i}`)
    await watch.take('events.a', [
      record(JSON.stringify(Object.fromEntries(names.map(name => [name, 1])))),
      record(JSON.stringify(Object.fromEntries(names.map(name => [name, 'x'])))),
    ])
    assert.equal(view().problems.length, 200)
    assert.equal(view().problemsLeftOut, 100)
    assert.equal(view().droppedFields.type_flip, 300)
  })
})

describe('an outage of the registry', () => {
  it('loses no record: each is checked, read as JSON, or counted as undecodable', async () => {
    let isAway = false
    let asked = 0
    const now = { ms: 0 }
    const decoders = new DecoderCache({
      fetchSchema: async key => {
        asked++
        if (isAway) throw new ExporterError('CONNECTION_REFUSED', 'no')
        if (key === 9) throw new ExporterError('SCHEMA_NOT_FOUND', 'no')
        return { language: key === 3 ? 'JSON' : 'AVRO', text: key === 3 ? '{}' : ORDER, references: [] }
      },
      clock: () => now.ms,
      log: QUIET,
    })
    const { watch, counts } = watchOf({ reader: registryReader(decoders) })
    const order = framed(1, TYPE.toBuffer({ id: 1 }))
    const newOrder = framed(2, TYPE.toBuffer({ id: 1 }))
    const json = framed(3, Buffer.from('{"a":1}'))
    const unknown = framed(9, TYPE.toBuffer({ id: 1 }))
    await watch.take('events.a', [order, order, unknown, record('{"plain":1}'), record('text')])
    assert.deepEqual(counts().records, { checked: 2, unknown_schema_id: 1, fallback: 1, undecodable: 1 })
    isAway = true
    const askedBefore = asked
    for (let i = 0; i < 1_000; i++) {
      await watch.take('events.a', [order, newOrder, json])
      now.ms++
    }
    assert.deepEqual(counts().records, {
      checked: 1_002,
      unknown_schema_id: 1_001,
      fallback: 1_001,
      undecodable: 1,
    })
    assert.ok(asked - askedBefore <= 4, `${asked - askedBefore} questions in a second`)
    isAway = false
    now.ms += 60_000
    await watch.take('events.a', [newOrder, json])
    await watch.take('events.a', [newOrder, json])
    const { records } = counts()
    assert.equal(
      Object.values(records).reduce((sum, count) => sum + count, 0),
      5 + 3_000 + 4,
    )
    assert.ok((records.checked ?? 0) >= 1_002 + 2, JSON.stringify(records))
  })
})
