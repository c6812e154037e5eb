import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorName } from '../../../src/kafka/wire/error-codes.ts'

test('errors have the names that Kafka gives them', () => {
  assert.deepEqual([-1, 0, 3, 5, 6, 16, 29, 30, 35, 42, 69, 74, 75, 88, 113, 120, 128, 133].map(errorName), [
    'UNKNOWN_SERVER_ERROR',
    'NONE',
    'UNKNOWN_TOPIC_OR_PARTITION',
    'LEADER_NOT_AVAILABLE',
    'NOT_LEADER_OR_FOLLOWER',
    'NOT_COORDINATOR',
    'TOPIC_AUTHORIZATION_FAILED',
    'GROUP_AUTHORIZATION_FAILED',
    'UNSUPPORTED_VERSION',
    'INVALID_REQUEST',
    'GROUP_ID_NOT_FOUND',
    'FENCED_LEADER_EPOCH',
    'UNKNOWN_LEADER_EPOCH',
    'UNSTABLE_OFFSET_COMMIT',
    'STALE_MEMBER_EPOCH',
    'TRANSACTION_ABORTABLE',
    'INVALID_REGULAR_EXPRESSION',
    'SHARE_SESSION_LIMIT_REACHED',
  ])
})

test('a code newer than the table keeps its number', () => {
  assert.equal(errorName(134), 'UNKNOWN_CODE_134')
  assert.equal(errorName(-2), 'UNKNOWN_CODE_-2')
})
