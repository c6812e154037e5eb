// npm run bench:poll -- [--size=small|lagging|200k|1m] [--on=simulation,kfake] [--probes=on,off] [--polls=8] [--idle] [--soak[=polls]] [--baseline]
// Without arguments: everything but the soak.
import { parseArgs } from 'node:util'
import { compileMeasured } from './compile.ts'
import { runBaseline } from './run-baseline.ts'
import { runIdle } from './run-idle.ts'
import { runSize } from './run-size.ts'
import { runSoak } from './run-soak.ts'
import { SIZES, type SizeName } from './sizes.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string' },
    on: { type: 'string', default: 'simulation,kfake' },
    probes: { type: 'string', default: 'on' },
    polls: { type: 'string', default: '8' },
    idle: { type: 'boolean', default: false },
    baseline: { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
    'soak-polls': { type: 'string', default: '10000' },
  },
})

const isChosen = values.size !== undefined || values.idle || values.baseline || values.soak
const sizes = (values.size?.split(',') ?? (isChosen ? [] : ['lagging', '200k', '1m'])) as SizeName[]
for (const size of sizes) {
  if (!(size in SIZES)) throw new Error(`--size: one of ${Object.keys(SIZES).join(', ')}, not ${size}`)
}
const programs = compileMeasured()
let isMet = true
for (const size of sizes) {
  for (const place of values.on.split(',')) {
    // There are no records on kfake.
    if (size === 'lagging' && place === 'kfake') continue
    for (const probes of values.probes.split(',') as ('on' | 'off')[]) {
      const run = { place: place as 'simulation' | 'kfake', probes, polls: Number(values.polls) }
      isMet = (await runSize(programs, size, run)) && isMet
    }
  }
}
if (values.baseline || !isChosen) await runBaseline(programs)
if (values.idle || !isChosen) isMet = (await runIdle(programs)) && isMet
if (values.soak) isMet = (await runSoak(programs, Number(values['soak-polls']))) && isMet
if (!isMet) {
  console.log('\nNot every goal was met.')
  process.exitCode = 1
}
