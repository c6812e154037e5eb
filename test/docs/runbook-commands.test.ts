import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Command } from 'commander'
import { addDlqListFlags, addDlqReplayFlags, addDlqShowFlags } from '../../src/cli/dlq-flags.ts'
import { addLagFlags } from '../../src/cli/lag.ts'
import { runCommandLine } from '../../src/cli/program.ts'
import { addServeFlags } from '../../src/cli/serve-flags.ts'
import { ALERTS, readRunbooks, wordsOf } from './read-runbooks.ts'

const pages = readRunbooks()

/** Flags of Kafka 4.1 that pages use; those that only 4.2 has are told as such. */
const KAFKA: Readonly<Record<string, string>> = {
  'kafka-acls.sh': 'list topic',
  'kafka-broker-api-versions.sh': 'command-config',
  'kafka-configs.sh': 'alter describe all entity-type entity-name add-config delete-config',
  'kafka-console-consumer.sh': 'topic partition offset max-messages formatter-property',
  'kafka-consumer-groups.sh':
    'command-config describe members verbose state delete delete-offsets group topic reset-offsets to-offset to-earliest to-latest to-datetime dry-run execute',
  'kafka-get-offsets.sh': 'command-config topic',
  'kafka-groups.sh': 'list',
  'kafka-leader-election.sh': 'election-type topic partition',
  'kafka-log-dirs.sh': 'describe topic-list broker-list',
  'kafka-metadata-quorum.sh': 'bootstrap-controller status replication',
  'kafka-reassign-partitions.sh': 'list',
  'kafka-topics.sh':
    'create describe topic partitions replication-factor config unavailable-partitions under-replicated-partitions under-min-isr-partitions',
  'kafka-transactions.sh': 'topic partition start-offset transactionalId',
}

const commands = (program: string) =>
  pages.flatMap(({ name, code }) =>
    code
      .filter(line => line.startsWith(`${program} `))
      .map(line => ({ name, line, words: wordsOf(line.replace(/ \| .*/, '')).slice(1) })),
  )

test('commands of rules are taken', async () => {
  const found = commands('kafka-health-exporter').filter(({ words }) => words[0] === 'rules')
  assert.ok(found.length > 15)
  for (const { name, line, words } of found) {
    if (words.length === 1) continue
    const err: string[] = []
    const sink = { write: () => true }
    const world = { env: {}, stdout: sink, stderr: { write: (t: string) => err.push(t) }, readFile: () => '' }
    assert.equal(await runCommandLine(words, world), 0, `${name}: ${line}: ${err.join('')}`)
  }
})

test('flags of rules that stand alone are about an alert or a threshold that there is', async () => {
  for (const { name, code } of pages) {
    for (const flag of code.filter(span => /^--(disable|threshold|for|keep-firing-for)=/.test(span))) {
      const world = {
        env: {},
        stdout: { write: () => true },
        stderr: { write: () => true },
        readFile: () => '',
      }
      assert.equal(await runCommandLine(['rules', flag], world), 0, `${name}: ${flag}`)
    }
  }
})

test('other commands of the exporter have the flags that they are given', () => {
  const lag = addServeFlags(addLagFlags(new Command())).options.map(option => option.long)
  for (const { name, line, words } of commands('kafka-health-exporter')) {
    const [command = '', ...rest] = words
    assert.ok(['rules', 'lag', 'dlq', 'healthcheck', 'check-config'].includes(command), `${name}: ${line}`)
    if (command !== 'lag' || rest.length === 0) continue
    for (const word of rest) assert.ok(lag.includes(word.split('=')[0]), `${name}: ${line}: ${word}`)
    // Without either it would ask this machine.
    assert.ok(
      rest.some(word => /^--(url|kafka\.brokers)=/.test(word)),
      `${name}: ${line}`,
    )
  }
})

test('commands about dead letters have a topic, the flags that they are given, and a cluster to ask', () => {
  const flagsOf = (add: (command: Command) => Command) =>
    addServeFlags(add(new Command())).options.map(option => option.long)
  const known = new Map([
    ['list', flagsOf(addDlqListFlags)],
    ['show', flagsOf(addDlqShowFlags)],
    ['replay', flagsOf(addDlqReplayFlags)],
  ])
  const found = commands('kafka-health-exporter').filter(({ words }) => words[0] === 'dlq')
  assert.ok(found.length >= 5)
  for (const { name, line, words } of found) {
    const [, command = '', ...rest] = words
    const flags = rest.filter(word => word.startsWith('--')).map(word => word.split('=')[0])
    for (const flag of flags) assert.ok(known.get(command)?.includes(flag), `${name}: ${line}: ${flag}`)
    assert.equal(rest.length - flags.length, command === 'list' ? 0 : 1, `${name}: ${line}`)
    assert.ok(flags.includes('--kafka.brokers'), `${name}: ${line}`)
    if (command === 'replay') assert.ok(flags.includes('--to'), `${name}: ${line}`)
  }
})

test("commands of Kafka's have flags that Kafka 4 has, and a server to ask", () => {
  const isCommand = /^(kafka-[a-z-]+\.sh) (.+)$/
  let count = 0
  for (const { name, code } of pages) {
    for (const line of code) {
      const [, program = '', rest = ''] = isCommand.exec(line) ?? []
      if (program === '') continue
      count++
      assert.ok(program in KAFKA, `${name}: ${line}`)
      const flags = wordsOf(rest.replace(/ \| .*/, '')).filter(word => word.startsWith('--'))
      const known = new Set(['bootstrap-server', ...(KAFKA[program] ?? '').split(' ')])
      for (const flag of flags) assert.ok(known.has(flag.slice(2)), `${name}: ${line}: ${flag}`)
      assert.ok(
        flags.some(flag => flag.startsWith('--bootstrap-')),
        `${name}: ${line}`,
      )
    }
  }
  assert.ok(count > 40)
})

test('a silence is for the alert of its page, by labels that it has', () => {
  for (const { name, code } of pages) {
    const silences = code.filter(line => line.startsWith('amtool '))
    assert.equal(silences.length, 1, name)
    const words = wordsOf(silences[0] ?? '')
    assert.deepEqual(words.slice(0, 4), ['amtool', 'silence', 'add', `alertname=${name}`])
    const matchers = words.slice(4).filter(word => !word.startsWith('--'))
    // An alert of two sets has labels that only one of them gives.
    const labels = ALERTS.filter(alert => alert.name === name).flatMap(alert => alert.signal.labels)
    const allowed = new Set([
      ...labels,
      'kafka_cluster',
      ...(/HealthExporter/.test(name) ? ['instance'] : []),
      ...(name === 'KafkaClientAlertsFailing' ? ['job'] : []),
    ])
    for (const matcher of matchers) {
      assert.ok(allowed.has(matcher.split('=')[0] ?? ''), `${name}: ${matcher}`)
    }
    assert.match(words.find(word => word.startsWith('--duration=')) ?? '', /^--duration=\d+h$/)
    assert.ok(
      words.some(word => word.startsWith('--comment=')),
      name,
    )
  }
})
