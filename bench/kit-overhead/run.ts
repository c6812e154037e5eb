import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { startKafka } from '../../test/harness/kafka-cluster.ts'
import { ownDirectory } from '../../test/harness/owned-process.ts'
import { medianInterval } from './median-interval.ts'
import { type PairCost, ProcessPair, type RecordCost, type Variant } from './process-pair.ts'
import { produceSmallRecords } from './produce-small-records.ts'
import type { ConsumeOrder, Handler, Window } from './window.ts'

/** How much dearer the median pair may be. */
const GOAL = 0.03
const TOPIC = 'small-records'
const WARM_UP: Window = { records: 200_000, rate: 0 }
const PACED: Window = { records: 75_000, rate: 50_000 }
const FREE: Window = { records: 150_000, rate: 0 }

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '11' },
    windows: { type: 'string', default: '6' },
    handler: { type: 'string', default: 'message' },
    'fetch-bytes': { type: 'string', default: '131072' },
  },
})
const { handler } = values
if (handler !== 'message' && handler !== 'batch') {
  throw new Error(`--handler: got ${handler}, expected message or batch`)
}
const pairs = positive('pairs', values.pairs)
const windows = positive('windows', values.windows)
const fetchBytes = positive('fetch-bytes', values['fetch-bytes'])
const folder = ownDirectory('kit-overhead')

const kafka = await startKafka({ brokers: 1 })
try {
  const broker = kafka.brokers[0] as string
  const perWindow = PACED.records + FREE.records
  // What is left over lets a fetch at the end be as large as the others.
  await produceSmallRecords({
    broker,
    topic: TOPIC,
    records: WARM_UP.records + windows * perWindow + 100_000,
  })
  console.log(
    `each${handler === 'message' ? 'Message' : 'Batch'}, ${pairs} pairs of processes, ${windows} windows each of ` +
      `${PACED.records} records at ${PACED.rate}/s and of ${FREE.records} at full speed, ` +
      `fetches of ${fetchBytes} bytes a partition, load average ${loadavg()[0]?.toFixed(1)}:\n`,
  )
  const paced: PairCost[] = []
  const free: PairCost[] = []
  for (let i = 0; i < pairs; i++) {
    const orderOf = (variant: Variant) => order(broker, handler, variant, i)
    const pair = await ProcessPair.start(orderOf, i % 2 === 0 ? 'without' : 'kit')
    try {
      await pair.measure(WARM_UP, 1)
      paced.push(await pair.measure(PACED, windows))
      free.push(await pair.measure(FREE, windows))
    } finally {
      await pair.end()
    }
    const told = [paced.at(-1), free.at(-1)].map(cost => percent(ratio(cost as PairCost, 'cpuNs')))
    console.error(`pair ${i + 1}: CPU ${told.join(' and ')}, load average ${loadavg()[0]?.toFixed(1)}`)
  }
  console.log('| | without | with the kit | median of the pairs | 95 % interval of it | least | most |')
  console.log('|---|--:|--:|--:|--:|--:|--:|')
  const costs = [
    tell(`CPU a record at ${PACED.rate}/s, ns`, paced, 'cpuNs'),
    tell('CPU a record at full speed, ns', free, 'cpuNs'),
    tell('time a record at full speed, ns', free, 'ns'),
  ]
  const isReached = costs.every(cost => cost <= GOAL)
  console.log(`\ngoal: at most ${percent(GOAL)} more: ${isReached ? 'reached' : 'MISSED'}`)
  process.exitCode = isReached ? 0 : 1
} finally {
  await kafka.close()
}

function order(broker: string, handler: Handler, variant: Variant, pair: number): ConsumeOrder {
  const groupId = `${variant}-${pair}`
  return { broker, topic: TOPIC, groupId, fetchBytes, handler, hasKit: variant === 'kit', folder }
}

/** Prints a row and returns the cost of the median pair. */
function tell(what: string, costs: readonly PairCost[], key: keyof RecordCost): number {
  const ratios = costs.map(cost => ratio(cost, key))
  const { median, interval } = medianInterval(ratios)
  const cells = [
    what,
    ...(['without', 'kit'] as const).map(variant =>
      medianInterval(costs.map(cost => cost[variant][key])).median.toFixed(0),
    ),
    percent(median),
    interval === null ? '–' : interval.map(percent).join(' to '),
    percent(Math.min(...ratios)),
    percent(Math.max(...ratios)),
  ]
  console.log(`| ${cells.join(' | ')} |`)
  return median
}

function ratio({ without, kit }: PairCost, key: keyof RecordCost): number {
  return kit[key] / without[key] - 1
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function positive(name: string, value: string): number {
  const number = Number(value)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`--${name}: got ${value}, expected a whole number above 0`)
}
