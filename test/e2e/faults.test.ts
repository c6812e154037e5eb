import { after, before } from 'node:test'
import { registerBrokerFaults } from './broker-faults.ts'
import { registerDataFaults } from './data-faults.ts'
import { registerFaultCycles } from './fault-cycles.ts'
import { startWorld, type World } from './world.ts'

// One cluster for all cases, in this order: each leaves it as it found it.
let world: World
before(async () => {
  world = await startWorld()
})
after(() => world?.close())

registerDataFaults(() => world)
registerBrokerFaults(() => world)
registerFaultCycles(() => world)
