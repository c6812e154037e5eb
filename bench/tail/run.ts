import { parseArgs } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { compileProgram } from '../../test/e2e/compiled-program.ts'
import { type KafkaCluster, startKafka } from '../../test/harness/kafka-cluster.ts'
import { removeOwnDirectory } from '../../test/harness/owned-process.ts'
import { startSchemaRegistry } from '../../test/harness/schema-registry.ts'
import { BURST, type Measured, measure, PARTITIONS, STEADY } from './measured-watch.ts'
import { SCHEMAS, WATCHES, type Watch } from './watches.ts'

/** Of a core, beyond what the exporter costs without the watch. */
const GOAL_CPU = 0.15
/** How much the burst may add to the resident set: a few answers of a broker, and garbage of records that were decoded. */
const GOAL_BURST_MB = 100
/** The second half of the burst against the first: what grows with the burst is not bounded. */
const GOAL_GROWTH = 1.15

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    burst: { type: 'string', default: '30' },
    watch: { type: 'string', default: '' },
  },
})
const durations = { warmUp: 10, steady: Number(values.seconds), burst: Number(values.burst) }
const chosen = WATCHES.filter(({ name }) => name.startsWith(values.watch))
if (chosen.length === 0) throw new Error(`--watch: expected the beginning of ${names(WATCHES)}`)

const [kafka, registry, program] = await Promise.all([
  startKafka({ brokers: 1 }),
  startSchemaRegistry({ schemas: SCHEMAS }),
  compileProgram(),
])
try {
  const bench = { kafka, registryUrl: registry.url, program: program.main, durations }
  console.log(`${STEADY} records/s for ${durations.steady} s, then ${BURST} for ${durations.burst} s:\n`)
  console.log(
    '| watch | CPU, % of a core | beyond nothing | CPU in the burst | RSS MB before | first half | second half | after | records/s in the burst | counted after s | looked at, % |',
  )
  console.log(`|---|${'--:|'.repeat(10)}`)
  let isReached = true
  let nothing: number | null = null
  for (const watch of chosen) {
    if (nothing === null) {
      await createTopic(kafka, watch.topic)
      const measured = await measure(bench, watch, false)
      nothing = measured.cpu
      print('nothing', measured, 0)
    }
    await createTopic(kafka, watch.topic)
    const measured = await measure(bench, watch, true)
    const added = measured.cpu - nothing
    print(watch.name, measured, added)
    const { before, firstHalf, secondHalf, after } = measured
    const peak = Math.max(firstHalf, secondHalf, after)
    isReached &&= added < GOAL_CPU && peak - before <= GOAL_BURST_MB && secondHalf <= firstHalf * GOAL_GROWTH
  }
  const goals = `${100 * GOAL_CPU} % of a core beyond nothing, ${GOAL_BURST_MB} MB for the burst, second half ${GOAL_GROWTH} × the first`
  console.log(`\ngoals: ${goals}: ${isReached ? 'reached' : 'MISSED'}`)
  process.exitCode = isReached ? 0 : 1
} finally {
  await Promise.all([kafka.close(), registry.close(), removeOwnDirectory(program.dir)])
}

function names(watches: readonly Watch[]): string {
  return watches.map(({ name }) => name).join(', ')
}

/** Anew: each watch begins with an empty one. */
async function createTopic(cluster: KafkaCluster, topic: string): Promise<void> {
  const client = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  try {
    if ((await admin.listTopics()).includes(topic)) await admin.deleteTopics({ topics: [topic] })
    await admin.createTopics({
      topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 1 }],
      waitForLeaders: true,
    })
  } finally {
    await admin.disconnect()
  }
}

function print(name: string, measured: Measured, added: number): void {
  const { cpu, burstCpu, before, firstHalf, secondHalf, after, burstRate, caughtUpSeconds, lookedAt } =
    measured
  const percent = (share: number) => (100 * share).toFixed(1)
  const cells = [
    name,
    percent(cpu),
    percent(added),
    percent(burstCpu),
    ...[before, firstHalf, secondHalf, after].map(mb => mb.toFixed(0)),
    burstRate.toFixed(0),
    caughtUpSeconds === null ? '–' : caughtUpSeconds.toFixed(0),
    percent(lookedAt),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
