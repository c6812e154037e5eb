import { after, before } from 'node:test'
import { startKafka } from '../harness/kafka-cluster.ts'
import { startLab } from '../harness/lab.ts'
import { type LagWorld, QUICK_CLEANING } from './lag-world.ts'
import { registerLosses, startLosses, stopLosses } from './losses.ts'
import { registerRecordAges } from './record-ages.ts'
import { registerRetentionChange } from './retention-change.ts'
import { registerTransactions } from './transactions.ts'

// One broker for all cases; what retention takes goes meanwhile.
let world: LagWorld
before(async () => {
  const kafka = await startKafka({ brokers: 1, properties: QUICK_CLEANING })
  world = { kafka, lab: await startLab(kafka) }
  await startLosses(world)
})
after(async () => {
  await stopLosses()
  await world?.lab.close()
  await world?.kafka.close()
})

registerRecordAges(() => world)
registerTransactions(() => world)
registerRetentionChange(() => world)
registerLosses()
