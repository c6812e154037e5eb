import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Chunks, SharedStream } from '../../src/exposition/shared-stream.ts'

/** Streams of numbered chunks of 10 bytes, and what became of them. */
function source(chunkCount: number, failAt = -1) {
  const log: string[] = []
  let opened = 0
  async function* open(input: string): Chunks<string> {
    const id = ++opened
    log.push(`open ${id} of ${input}`)
    try {
      for (let i = 0; i < chunkCount; i++) {
        if (i === failAt) throw new Error(`chunk ${i} failed`)
        log.push(`make ${id}:${i}`)
        yield Buffer.from(`chunk ${i}`.padEnd(10))
      }
      return `end of ${input}`
    } finally {
      log.push(`close ${id}`)
    }
  }
  return { open, log, made: () => log.filter(line => line.startsWith('make')) }
}

async function rest(chunks: Chunks<string>): Promise<{ text: string[]; summary: string }> {
  const text: string[] = []
  for (;;) {
    const { done, value } = await chunks.next()
    if (done) return { text, summary: value }
    text.push(value.toString().trim())
  }
}

const ALL = ['chunk 0', 'chunk 1', 'chunk 2', 'chunk 3']
const UNLIMITED = Number.POSITIVE_INFINITY

test('readers at the same time, late ones and later ones share one making', async () => {
  const { open, made } = source(4)
  const stream = new SharedStream(open, UNLIMITED)
  const first = stream.read('x')
  const second = stream.read('x')
  await first.next()
  await first.next()
  const late = stream.read('x')
  const ends = await Promise.all([rest(first), rest(second), rest(late)])
  assert.deepEqual(
    ends.map(end => end.text.length),
    [2, 4, 4],
  )
  assert.deepEqual(await rest(stream.read('x')), { text: ALL, summary: 'end of x' })
  assert.deepEqual(made(), ['make 1:0', 'make 1:1', 'make 1:2', 'make 1:3'])
})

test('it is made no quicker than its quickest reader reads', async () => {
  const { open, made } = source(4)
  const stream = new SharedStream(open, UNLIMITED)
  const quick = stream.read('x')
  const slow = stream.read('x')
  await slow.next()
  await quick.next()
  await quick.next()
  assert.deepEqual(made(), ['make 1:0', 'make 1:1'])
  await rest(quick)
  assert.deepEqual((await rest(slow)).text, ALL.slice(1))
})

test('one reader that leaves does not end it for another', async () => {
  const { open } = source(4)
  const stream = new SharedStream(open, UNLIMITED)
  const leaving = stream.read('x')
  const staying = stream.read('x')
  await leaving.next()
  await staying.next()
  await leaving.return('' as never)
  assert.deepEqual((await rest(staying)).text, ALL.slice(1))
})

test('when the last reader leaves the work stops, and the next one starts anew', async () => {
  const { open, log } = source(4)
  const stream = new SharedStream(open, UNLIMITED)
  const leaving = stream.read('x')
  await leaving.next()
  await leaving.return('' as never)
  assert.deepEqual(log, ['open 1 of x', 'make 1:0', 'close 1'])
  assert.deepEqual((await rest(stream.read('y'))).text, ALL)
  assert.equal(log[3], 'open 2 of y')
})

test('a failure reaches every reader, and the next one starts anew', async () => {
  const failing = source(4, 2)
  const stream = new SharedStream(failing.open, UNLIMITED)
  const readers = [stream.read('x'), stream.read('x')]
  const outcomes = await Promise.allSettled(readers.map(rest))
  assert.deepEqual(
    outcomes.map(o => o.status === 'rejected' && o.reason.message),
    ['chunk 2 failed', 'chunk 2 failed'],
  )
  await assert.rejects(rest(stream.read('x')), { message: 'chunk 2 failed' })
  assert.deepEqual(
    failing.log.filter(line => line.startsWith('open')),
    ['open 1 of x', 'open 2 of x'],
  )
})

test('beyond the limit one reader goes on with the stream and the others make their own', async () => {
  const { open, log } = source(4)
  const stream = new SharedStream(open, 15)
  const [a, b] = await Promise.all([rest(stream.read('x')), rest(stream.read('x'))])
  assert.deepEqual(a, { text: ALL, summary: 'end of x' })
  assert.deepEqual(b, a)
  assert.deepEqual(
    log.filter(line => line.startsWith('open')),
    ['open 1 of x', 'open 2 of x'],
  )
  assert.equal(log.filter(line => line.startsWith('close')).length, 2)
})

test('a reader alone goes beyond the limit without beginning again', async () => {
  const { open, made } = source(4)
  const stream = new SharedStream(open, 15)
  assert.deepEqual((await rest(stream.read('x'))).text, ALL)
  assert.equal(made().length, 4)
})

test('a reader that leaves beyond the limit stops its own stream', async () => {
  const { open, log } = source(4)
  const reader = new SharedStream(open, 5, true).read('x')
  await reader.next()
  await reader.return('' as never)
  assert.deepEqual(log, ['open 1 of x', 'make 1:0', 'close 1'])
})
