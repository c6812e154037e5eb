// npm run bench:peers -- [--on=kafka,200k,1m] [--rounds=1] [--polls=4] [--without-gate]
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from '../exposition/report.ts'
import type { Contender } from './contender.ts'
import { ours, peersOf } from './contenders.ts'
import { type EstateName, openEstate } from './estates.ts'
import { goalsOf } from './goals.ts'
import { measureCosts } from './measure-cost.ts'
import { measureWire } from './measure-wire.ts'
import { measuredOf } from './measured.ts'
import { goalTable, table } from './report.ts'

const ESTATES: readonly EstateName[] = ['kafka', '200k', '1m']

const { values } = parseArgs({
  options: {
    on: { type: 'string', default: ESTATES.join(',') },
    rounds: { type: 'string', default: '1' },
    polls: { type: 'string', default: '4' },
    'without-gate': { type: 'boolean', default: false },
  },
})
const names = values.on.split(',') as EstateName[]
for (const name of names) {
  if (!ESTATES.includes(name)) throw new Error(`--on: some of ${ESTATES.join(', ')}, not ${name}`)
}

execFileSync('npm', ['run', 'build'], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  stdio: ['ignore', 'ignore', 'inherit'],
})
const { peers, missing } = peersOf(process.env)
for (const variable of missing) console.log(`${variable} names no binary: measured without it`)
console.log(machine())

let isMet = true
for (const name of names) isMet = (await measure(name)) && isMet
if (!isMet) {
  console.log('\nNot every goal was met.')
  process.exitCode = 1
}

async function measure(name: EstateName): Promise<boolean> {
  const estate = await openEstate(name)
  try {
    console.log(`\n${estate.title}`)
    const contenders = contendersOn(name)
    const costs = await measureCosts(estate, contenders, {
      rounds: Number(values.rounds),
      polls: Number(values.polls),
    })
    // Who did not come to an end once would not with a gate either.
    const ended = contenders.filter(contender => costs.get(contender)!.scrapes > 0)
    // What is known already, should the rest fail.
    if (!values['without-gate']) console.log(`\nWithout the gate:\n\n${table(measuredOf(costs, new Map()))}`)
    const wires = values['without-gate'] ? new Map() : await measureWire(estate, ended)
    const measured = measuredOf(costs, wires)
    const goals = goalsOf(measured, estate.groupPartitions)
    console.log(`\n${table(measured)}\n\n${goalTable(goals)}`)
    return goals.every(goal => goal.measured <= goal.limit)
  } finally {
    await estate.close()
  }
}

function contendersOn(name: EstateName): readonly Contender[] {
  // The peers need minutes for a million.
  if (name === '1m') return [ours('kminion'), ours('all')]
  return [...peers, ours('kminion'), ours('kafka_exporter'), ours('all')]
}
