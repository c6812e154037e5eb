import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Api, isFlexible, negotiate, toRequest } from '../../../src/kafka/wire/api.ts'
import { CONSUMER_GROUP_DESCRIBE } from '../../../src/kafka/wire/consumer-group-describe.ts'
import { DESCRIBE_CONFIGS } from '../../../src/kafka/wire/describe-configs.ts'
import { DESCRIBE_GROUPS } from '../../../src/kafka/wire/describe-groups.ts'
import { DESCRIBE_LOG_DIRS } from '../../../src/kafka/wire/describe-log-dirs.ts'
import { DESCRIBE_SHARE_GROUP_OFFSETS } from '../../../src/kafka/wire/describe-share-group-offsets.ts'
import { FIND_COORDINATOR } from '../../../src/kafka/wire/find-coordinator.ts'
import { LIST_GROUPS } from '../../../src/kafka/wire/list-groups.ts'
import { LIST_OFFSETS } from '../../../src/kafka/wire/list-offsets.ts'
import { METADATA } from '../../../src/kafka/wire/metadata.ts'
import { OFFSET_FETCH } from '../../../src/kafka/wire/offset-fetch.ts'
import { SHARE_GROUP_DESCRIBE } from '../../../src/kafka/wire/share-group-describe.ts'
import { STREAMS_GROUP_DESCRIBE } from '../../../src/kafka/wire/streams-group-describe.ts'
import { schemas, versionsOf } from './witness.ts'

const APIS: readonly Api[] = [
  CONSUMER_GROUP_DESCRIBE,
  DESCRIBE_CONFIGS,
  DESCRIBE_GROUPS,
  DESCRIBE_LOG_DIRS,
  DESCRIBE_SHARE_GROUP_OFFSETS,
  FIND_COORDINATOR,
  LIST_GROUPS,
  LIST_OFFSETS,
  METADATA,
  OFFSET_FETCH,
  SHARE_GROUP_DESCRIBE,
  STREAMS_GROUP_DESCRIBE,
]

for (const api of APIS) {
  test(`${api.name} is the API that Kafka describes`, () => {
    const kafka = schemas.api(api.key)
    assert.equal(api.name, kafka.name)
    assert.ok(api.min >= kafka.min, `v${api.min} is gone`)
    assert.ok(api.max <= kafka.max, `v${api.max} does not exist`)
    for (const version of versionsOf(api)) assert.equal(isFlexible(api, version), kafka.isFlexible(version))
  })
}

test('the highest common version is taken', () => {
  const broker = (min: number, max: number) => new Map([[3, { min, max }]])
  assert.equal(negotiate(METADATA, broker(0, 13)), 13)
  assert.equal(negotiate(METADATA, broker(0, 12)), 12)
  assert.equal(negotiate(METADATA, broker(0, 99)), 13)
  assert.equal(negotiate(METADATA, broker(0, 9)), 9)
  assert.equal(negotiate(METADATA, broker(0, 8)), null)
  assert.equal(negotiate(METADATA, broker(14, 20)), null)
  assert.equal(negotiate(METADATA, new Map()), null)
  assert.equal(negotiate(OFFSET_FETCH, new Map([[9, { min: 1, max: 10 }]])), 9)
})

test('a request carries what the transport needs', () => {
  const body = Buffer.from([1])
  assert.deepEqual(toRequest(OFFSET_FETCH, 5, body), {
    key: 9,
    version: 5,
    name: 'OffsetFetch',
    flexible: false,
    body,
  })
  assert.deepEqual(toRequest(OFFSET_FETCH, 6, body, 250), {
    key: 9,
    version: 6,
    name: 'OffsetFetch',
    flexible: true,
    body,
    timeoutMs: 250,
  })
})
