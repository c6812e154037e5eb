import assert from 'node:assert/strict'
import type { Api } from '../../src/kafka/wire/api.ts'
import {
  CONSUMER_GROUP_DESCRIBE,
  decodeConsumerGroupDescribe,
} from '../../src/kafka/wire/consumer-group-describe.ts'
import { DESCRIBE_CONFIGS, decodeDescribeConfigs } from '../../src/kafka/wire/describe-configs.ts'
import { DESCRIBE_GROUPS, decodeDescribeGroups } from '../../src/kafka/wire/describe-groups.ts'
import { DESCRIBE_LOG_DIRS, decodeDescribeLogDirs } from '../../src/kafka/wire/describe-log-dirs.ts'
import { DESCRIBE_PRODUCERS, decodeDescribeProducers } from '../../src/kafka/wire/describe-producers.ts'
import {
  DESCRIBE_SHARE_GROUP_OFFSETS,
  decodeDescribeShareGroupOffsets,
} from '../../src/kafka/wire/describe-share-group-offsets.ts'
import {
  DESCRIBE_TRANSACTIONS,
  decodeDescribeTransactions,
} from '../../src/kafka/wire/describe-transactions.ts'
import { decodeFetch, FETCH, FETCH_BY_ID } from '../../src/kafka/wire/fetch.ts'
import { decodeFindCoordinator, FIND_COORDINATOR } from '../../src/kafka/wire/find-coordinator.ts'
import { decodeListGroups, LIST_GROUPS } from '../../src/kafka/wire/list-groups.ts'
import { decodeListOffsets, LIST_OFFSETS } from '../../src/kafka/wire/list-offsets.ts'
import { decodeListTransactions, LIST_TRANSACTIONS } from '../../src/kafka/wire/list-transactions.ts'
import { decodeMetadata, METADATA } from '../../src/kafka/wire/metadata.ts'
import { decodeOffsetFetch, OFFSET_FETCH } from '../../src/kafka/wire/offset-fetch.ts'
import { decodeShareGroupDescribe, SHARE_GROUP_DESCRIBE } from '../../src/kafka/wire/share-group-describe.ts'
import {
  decodeStreamsGroupDescribe,
  STREAMS_GROUP_DESCRIBE,
} from '../../src/kafka/wire/streams-group-describe.ts'
import { type Steps, toEnd } from '../../src/model/steps.ts'
import { buildTopology } from '../../src/model/topology.ts'
import { loadSchemas } from '../fakes/schema-codec.ts'
import { goldenBytes } from './golden-bytes.ts'
import { sampleMessage } from './sample-message.ts'
import { Seeded } from './seeded.ts'
import type { FuzzTarget } from './target.ts'

const NAMES = ['orders', 'payments', 'größe', 'a', 'none', 'gzip', 'ledger', 'clicks']
const TOPOLOGY = buildTopology(NAMES.map((name, i) => ({ name, id: '', partitions: i + 1 })))
const ROWS = TOPOLOGY.start.at(-1) as number
const SAMPLES = 48
const schemas = loadSchemas()

type Decode = (version: number, body: Buffer) => unknown

/** Each API that is spoken, with one version of every form that its answers have. */
const FORMS: readonly (readonly [Api, readonly number[], Decode])[] = [
  [METADATA, [9, 10, 13], (v, body) => checkMetadata(toEnd(decodeMetadata(v, body, name => name !== 'a')))],
  [LIST_OFFSETS, [6], listOffsets],
  [
    OFFSET_FETCH,
    [5, 6, 8],
    (v, body) => checkRows(toEnd(decodeOffsetFetch(v, body, TOPOLOGY, ['g'])).groups),
  ],
  [FIND_COORDINATOR, [3, 4], (v, body) => decodeFindCoordinator(v, body, ['g'])],
  [LIST_GROUPS, [3, 4, 5], whole(decodeListGroups)],
  [DESCRIBE_GROUPS, [5, 6], whole(decodeDescribeGroups)],
  [CONSUMER_GROUP_DESCRIBE, [0, 1], whole(decodeConsumerGroupDescribe)],
  [SHARE_GROUP_DESCRIBE, [1], whole(decodeShareGroupDescribe)],
  [STREAMS_GROUP_DESCRIBE, [0], whole(decodeStreamsGroupDescribe)],
  [
    DESCRIBE_SHARE_GROUP_OFFSETS,
    [0, 1],
    (v, b) => checkRows(toEnd(decodeDescribeShareGroupOffsets(v, b, TOPOLOGY)).groups),
  ],
  [DESCRIBE_CONFIGS, [2, 3, 4], whole(decodeDescribeConfigs)],
  [DESCRIBE_LOG_DIRS, [2, 3, 4], (v, body) => checkRows([toEnd(decodeDescribeLogDirs(v, body, TOPOLOGY))])],
  [DESCRIBE_PRODUCERS, [0], (v, body) => toEnd(decodeDescribeProducers(v, body, TOPOLOGY))],
  [LIST_TRANSACTIONS, [0], whole(decodeListTransactions)],
  [DESCRIBE_TRANSACTIONS, [0], whole(decodeDescribeTransactions)],
  [FETCH, [12], (v, body) => toEnd(decodeFetch(v, body, TOPOLOGY))],
  [FETCH_BY_ID, [13], (v, body) => toEnd(decodeFetch(v, body, TOPOLOGY))],
]

export function responseTargets(): FuzzTarget[] {
  return FORMS.flatMap(([api, versions, decode]) =>
    versions.map(version => ({
      name: `${api.name} v${version}`,
      corpus: corpusOf(api, version),
      read(body: Buffer) {
        decode(version, body)
        return 'read' as const
      },
    })),
  )
}

function whole(decode: (version: number, body: Buffer) => Steps<unknown>): Decode {
  return (version, body) => toEnd(decode(version, body))
}

function listOffsets(version: number, body: Buffer): void {
  const into = {
    offsets: new Float64Array(ROWS),
    timestamps: new Float64Array(ROWS),
    errors: new Int16Array(ROWS),
  }
  toEnd(decodeListOffsets(version, body, TOPOLOGY, into))
}

function checkRows(lists: readonly { readonly rows: Int32Array }[]): void {
  for (const { rows } of lists) assert.ok(rows.every(row => row >= 0 && row < ROWS))
}

function checkMetadata({
  start,
  leader,
  topics,
}: {
  start: Int32Array
  leader: Int32Array
  topics: unknown[] | readonly string[]
}): void {
  assert.equal(start.length, topics.length + 1)
  assert.equal(start.at(-1), leader.length)
}

/** What the description of the API allows, and what real brokers answered. */
function corpusOf(api: Api, version: number): Buffer[] {
  const seeded = new Seeded(api.key * 100 + version)
  const { response } = schemas.api(api.key)
  const batches = goldenBytes('records', /^(batch-(backwards|horizon)|set)-/)
  const given = {
    records: () => seeded.pick(batches),
    memberAssignment: () => assignment(seeded),
    resourceType: () => 2,
  }
  const made = Array.from({ length: SAMPLES }, () => {
    const message = sampleMessage(response, { seeded, version, given })
    return response.encode(version, message, { withUnknownTags: seeded.chance(0.3) })
  })
  const name = new RegExp(`^${api.name}-v${version}(-|$)`)
  return [...made, ...goldenBytes('wire', name), ...goldenBytes('records', name)].filter(
    body => body.length < 8_192,
  )
}

/** As a member of a classic group writes it. */
function assignment(seeded: Seeded): Buffer {
  const schema = schemas.message('ConsumerProtocolAssignment')
  const version = Buffer.of(0, seeded.below(4))
  return Buffer.concat([version, schema.encode(1, sampleMessage(schema, { seeded, version: 1, given: {} }))])
}

export function classicAssignments(): Buffer[] {
  const seeded = new Seeded(15)
  return Array.from({ length: SAMPLES }, () => assignment(seeded))
}
