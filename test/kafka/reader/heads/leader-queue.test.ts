import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FetchSizes } from '../../../../src/kafka/reader/heads/fetch-sizes.ts'
import { type HeadProgress, progressOf } from '../../../../src/kafka/reader/heads/head-progress.ts'
import { LeaderQueue } from '../../../../src/kafka/reader/heads/leader-queue.ts'
import { HEAD_DENIED, HEAD_FAILED, HEAD_NONE, HEAD_UNASKED } from '../../../../src/model/evidence.ts'
import { toEnd } from '../../../../src/model/steps.ts'
import { buildTopology } from '../../../../src/model/topology.ts'

// Rows: a 0 to 3; b 4 to 7
const TOPOLOGY = buildTopology([
  { name: 'a', id: '', partitions: 4 },
  { name: 'b', id: '', partitions: 4 },
])
const KIB = 1_024
const PLENTY = 1 << 30

function queueOf(questions: readonly (readonly [row: number, offset: number])[], rows = 500) {
  const asked = {
    rows: Int32Array.from(questions, ([row]) => row),
    offsets: Float64Array.from(questions, ([, offset]) => offset),
  }
  const progress = toEnd(progressOf(asked, TOPOLOGY))
  const sizes = new FetchSizes()
  const denied = new Set<number>()
  const limits = { fetchedRows: rows, fetchedBytes: 64 * KIB }
  const order = questions.map((_, i) => i)
  const queue = new LeaderQueue(order, { progress, sizes, topics: TOPOLOGY.topics, denied, limits })
  return { queue, progress, sizes, denied }
}

/** Takes requests until there are none, as if each were answered with no record up to the end. */
function drain(queue: LeaderQueue, progress: HeadProgress, left = PLENTY, share = left): string[] {
  const requests: string[] = []
  for (let request = queue.next(left, share); request !== null; request = queue.next(left, share)) {
    const { questions, rows, offsets, maxBytes, isolation, isHuge } = request
    const wishes = questions.map((_, i) => `${rows[i]}@${offsets[i]}:${maxBytes[i]! / KIB}K`)
    requests.push(`${isolation}${isHuge ? '!' : ''} ${wishes.join(' ')}`)
    for (const question of questions) progress.none(question, 100)
  }
  return requests
}

test('the most needed first, as many as fit, in order of their rows', () => {
  const { queue, progress } = queueOf([
    [7, 1],
    [0, 2],
    [5, 3],
    [1, 4],
    [2, 5],
  ])
  assert.deepEqual(drain(queue, progress), ['1 0@2:16K 1@4:16K 5@3:16K 7@1:16K', '1 2@5:16K'])
})

test('no more partitions than a request may hold', () => {
  const { queue, progress } = queueOf(
    [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
    2,
  )
  assert.deepEqual(drain(queue, progress), ['1 0@1:16K 1@1:16K', '1 2@1:16K'])
})

test('a partition once in each request', () => {
  const { queue, progress } = queueOf([
    [3, 9],
    [3, 5],
    [4, 1],
    [3, 7],
  ])
  assert.deepEqual(drain(queue, progress), ['1 3@9:16K 4@1:16K', '1 3@5:16K', '1 3@7:16K'])
})

test('no more than its share, and alone no more than is left', () => {
  const { queue, progress } = queueOf([
    [0, 1],
    [1, 1],
    [2, 1],
  ])
  assert.deepEqual(drain(queue, progress, 40 * KIB, 33 * KIB), ['1 0@1:16K 1@1:16K', '1 2@1:16K'])
  const scarce = queueOf([
    [0, 1],
    [1, 1],
  ])
  assert.deepEqual(drain(scarce.queue, scarce.progress, 2 * KIB, KIB), ['1 0@1:2K', '1 1@1:2K'])
})

test('each topic by the length of its batches', () => {
  const { queue, progress, sizes } = queueOf([
    [0, 1],
    [4, 1],
    [5, 1],
    [1, 1],
  ])
  sizes.saw('a', 40 * KIB)
  sizes.saw('b', 200)
  assert.deepEqual(drain(queue, progress), ['1 0@1:50K 4@1:1K 5@1:1K', '1 1@1:50K'])
})

test('what is asked for again wants four times as much, from where it has come to', () => {
  const { queue, progress } = queueOf([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
  ])
  progress.again(0, 8, 2 * KIB)
  progress.again(1, 1, 16 * KIB)
  progress.again(2, 9, KIB, 30 * KIB)
  assert.deepEqual(drain(queue, progress), ['1 0@8:16K', '1 1@1:64K', '1 2@9:30K 3@1:16K'])
})

test('other isolation, other request', () => {
  const { queue, progress } = queueOf([
    [0, 1],
    [1, 1],
    [2, 1],
  ])
  progress.againUncommitted(1, 5)
  assert.deepEqual(drain(queue, progress), ['1 0@1:16K 2@1:16K', '0 1@5:16K'])
})

test('what is too long to be asked for comes alone', () => {
  const { queue, progress } = queueOf([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
  ])
  progress.again(1, 1, 1_024 * KIB)
  progress.again(2, 1, 16 * KIB, 5_000 * KIB)
  progress.again(3, 7, 1_024 * KIB)
  assert.deepEqual(drain(queue, progress), ['1 0@1:16K', '1! 1@1:1024K', '1! 2@1:1024K', '1 3@7:1024K'])
})

test('topics that may not be read are not asked about', () => {
  const { queue, progress, denied } = queueOf([
    [4, 1],
    [0, 1],
    [5, 1],
  ])
  denied.add(1)
  assert.deepEqual(drain(queue, progress), ['1 0@1:16K'])
  assert.deepEqual([...progress.answers.outcome], [HEAD_DENIED, HEAD_NONE, HEAD_DENIED])
})

test('what is abandoned says what is known of it', () => {
  const { queue, progress, denied } = queueOf([
    [0, 1],
    [1, 1],
    [4, 1],
  ])
  denied.add(1)
  progress.again(1, 33, KIB)
  queue.abandon()
  assert.deepEqual([...progress.answers.outcome], [HEAD_UNASKED, HEAD_NONE, HEAD_DENIED])
  assert.deepEqual([...progress.answers.knownTo], [Number.NaN, 33, Number.NaN])
  assert.equal(queue.next(PLENTY, PLENTY), null)
})

test('a question is given up after eight requests, with what is known', () => {
  const { progress } = queueOf([
    [0, 1],
    [1, 1],
  ])
  for (let round = 1; round <= 7; round++) {
    progress.again(0, 1 + round, KIB)
    progress.again(1, 1, KIB)
  }
  assert.deepEqual([...progress.isPending], [1, 1])
  progress.again(0, 50, KIB)
  progress.again(1, 1, KIB)
  assert.deepEqual([...progress.isPending], [0, 0])
  assert.deepEqual([...progress.answers.outcome], [HEAD_NONE, HEAD_FAILED])
  assert.equal(progress.answers.knownTo[0], 50)
})
