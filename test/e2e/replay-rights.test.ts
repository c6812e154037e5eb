import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import type { Grant } from '../harness/lab-types.ts'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { runCommand, startCommand } from './command.ts'
import { compileProgram } from './compiled-program.ts'
import { otherClient, parkOrders, readCommitted } from './replayed-cluster.ts'

type Right = readonly [Grant['resource'], string, Grant['operation']]

const RECORDS = 600
const GROUP = 'kafka-health-exporter.replay:orders-dlt:'
const READ_DEAD: Right = ['topic', 'orders-dlt', 'Read']
const DESCRIBE_DEAD: Right = ['topic', 'orders-dlt', 'Describe']
const WRITE: Right = ['topic', 'orders', 'Write']
const DESCRIBE: Right = ['topic', 'orders', 'Describe']
const POSITION: Right = ['group', GROUP, 'Read']
const ID: Right = ['transactional_id', GROUP, 'Write']

const RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  everything: [READ_DEAD, WRITE, POSITION, ID],
  'no-dead-letters': [WRITE, POSITION, ID],
  'no-read': [DESCRIBE_DEAD, WRITE, POSITION, ID],
  'no-target': [READ_DEAD, POSITION, ID],
  'no-write': [READ_DEAD, DESCRIBE, POSITION, ID],
  'no-group': [READ_DEAD, WRITE, ID],
  'no-id': [READ_DEAD, WRITE, POSITION],
}

let kafka: KafkaCluster
let lab: Lab
let program: Awaited<ReturnType<typeof compileProgram>>
const dir = ownDirectory('replay-rights')

before(async () => {
  ;[kafka, program] = await Promise.all([
    startKafka({
      brokers: 1,
      listeners: 'sasl_plaintext',
      users: Object.keys(RIGHTS).map(name => ({ name, password: `${name}-secret` })),
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
      },
    }),
    compileProgram(),
  ])
  lab = await startLab(kafka)
  await lab.grant(
    Object.entries(RIGHTS).flatMap(([user, rights]) =>
      rights.map(([resource, name, operation]) => ({ user, resource, name, operation })),
    ),
  )
  await lab.createTopics(['orders', 'orders-dlt'].map(name => ({ name, partitions: 3 })))
  const clusters = Object.keys(RIGHTS).map(
    user =>
      `  - {name: ${user}, brokers: ['${kafka.brokers[0]}'], sasl: {mechanism: plain, username: ${user}, password: ${user}-secret}}`,
  )
  writeFileSync(join(dir, 'exporter.yml'), `clusters:\n${clusters.join('\n')}\n`)
  await parkOrders(otherClient(kafka), 'orders-dlt', 3, RECORDS)
})
after(async () => {
  await lab?.close()
  await kafka?.close()
  await Promise.all([program.dir, dir].map(removeOwnDirectory))
})

const argsOf = (user: string, ...flags: string[]) => [
  'dlq',
  'replay',
  'orders-dlt',
  '--to=source',
  '--yes',
  `--config=${join(dir, 'exporter.yml')}`,
  `--cluster=${user}`,
  ...flags,
]

async function refusedTo(user: string, ...flags: string[]): Promise<string> {
  const { code, stderr } = await runCommand(argsOf(user, ...flags), {}, program.main)
  assert.equal(code, 1, stderr)
  return stderr
}

test('a right that is missing is one line that names it, and nothing is written', async () => {
  const toGoOn = '; the same command goes on where it ended\n'
  const producer = `an idempotent producer: it may not write: grant WRITE on the topic, or IDEMPOTENT_WRITE on the cluster before Kafka 2.8 (CLUSTER_AUTHORIZATION_FAILED)${toGoOn}`
  const lines: readonly (readonly [user: string, flags: readonly string[], line: string])[] = [
    ['no-dead-letters', [], 'topic orders-dlt: it may not be described: grant DESCRIBE and READ on it\n'],
    [
      'no-read',
      [],
      `topic orders-dlt: it may not be read: grant READ on it (TOPIC_AUTHORIZATION_FAILED)${toGoOn}`,
    ],
    ['no-target', [], producer],
    ['no-write', [], producer],
    [
      'no-write',
      ['--transactional'],
      `topic orders: it may not be written to: grant WRITE on it (TOPIC_AUTHORIZATION_FAILED)${toGoOn}`,
    ],
    [
      'no-group',
      [],
      `group ${GROUP}: the position may not be kept: grant READ on it (GROUP_AUTHORIZATION_FAILED)\n`,
    ],
    [
      'no-id',
      ['--transactional'],
      `transactional id ${GROUP}: it may not be used: grant WRITE and DESCRIBE on it, or replay without --transactional (TRANSACTIONAL_ID_AUTHORIZATION_FAILED)${toGoOn}`,
    ],
  ]
  for (const [user, flags, line] of lines) {
    assert.equal(await refusedTo(user, ...flags), `dlq replay: ${line}`, user)
  }
  assert.deepEqual(await readCommitted(otherClient(kafka), 'orders'), [])
})

test('of two replays at once one ends by what the other did, and every record arrives', async () => {
  const first = await startCommand(argsOf('everything', '--rate=10'), {}, program.main)
  const committed = async () => (await lab.oracle()).groups[GROUP]?.offsets.some(({ offset }) => offset > 0)
  await waitUntil('the first one has moved the position', committed, { timeoutMs: 120_000 })
  const second = await runCommand(argsOf('everything'), {}, program.main)
  first.child.ref()
  const { code } = await first.exited
  assert.deepEqual([code, second.code].sort(), [0, 1], first.stderr() + second.stderr)
  assert.match(
    first.stderr() + second.stderr,
    /: its position of partition \d was moved by another: another replay is running/,
  )
  const arrived = await readCommitted(otherClient(kafka), 'orders')
  assert.equal(new Set(arrived.map(({ value }) => value)).size, RECORDS)
})

test('a transactional replay ends one that runs, and every record arrives once more, exactly', async () => {
  await lab.deleteTopics(['orders'])
  await lab.createTopics([{ name: 'orders', partitions: 3 }])
  await lab.deleteGroups([GROUP])
  const flags = ['--transactional']
  const first = await startCommand(argsOf('everything', ...flags, '--rate=10'), {}, program.main)
  const committed = async () => (await lab.oracle()).groups[GROUP]?.offsets.some(({ offset }) => offset > 0)
  await waitUntil('the first one has moved the position', committed, { timeoutMs: 120_000 })
  const second = await runCommand(argsOf('everything', ...flags), {}, program.main)
  first.child.ref()
  const { code } = await first.exited
  assert.deepEqual([code, second.code], [1, 0], first.stderr() + second.stderr)
  assert.match(first.stderr(), /another replay to the same target has begun since/)
  const arrived = await readCommitted(otherClient(kafka), 'orders')
  assert.deepEqual(
    arrived.map(({ value }) => value).sort((a, b) => a - b),
    Array.from({ length: RECORDS }, (_, i) => i),
  )
})
