import { after, before } from 'node:test'
import { registerRollingRestarts } from './rolling-restarts.ts'
import { registerStallCases } from './stall-cases.ts'
import { type StallWorld, startStallWorld } from './stall-world.ts'

// One cluster for all cases, in this order.
let world: StallWorld
before(async () => {
  world = await startStallWorld()
})
after(() => world?.close())

registerStallCases(() => world)
registerRollingRestarts(() => world)
