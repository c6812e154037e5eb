import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectTopics, toTopicSummary } from '../../src/http/api/topic-summary.ts'
import { fakeCluster, snapshotOf } from '../fakes/estate.ts'

test('the errors of all topics are gone through once, not once for each topic', () => {
  let looked = 0
  const topics = Array.from({ length: 300 }, (_, t) => ({ name: `topic-${t}`, partitions: 1 }))
  const topicErrors = topics.flatMap(({ name }) =>
    ['TIMEOUT', 'NOT_LEADER_OR_FOLLOWER'].map(code => ({
      get name() {
        looked++
        return name
      },
      code,
      count: 2,
    })),
  )
  const refs = selectTopics([fakeCluster(null, { ...snapshotOf({ topics }), topicErrors })], null)
  const summaries = refs.map(toTopicSummary)
  assert.deepEqual(summaries[299]?.readErrors, [
    { code: 'TIMEOUT', count: 2 },
    { code: 'NOT_LEADER_OR_FOLLOWER', count: 2 },
  ])
  assert.equal(looked, 600)
})
