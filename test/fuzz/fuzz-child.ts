import { byteTargets } from './byte-targets.ts'
import { responseTargets } from './response-targets.ts'
import { type FuzzCount, type FuzzTarget, fuzz } from './target.ts'

/** One codec in a process of its own: node fuzz-child.ts <target> <seed> <from> <count>. Tells how far it is. */
const REPORT_EVERY = 5_000
/** Between two turns of the event loop, in which zlib lets go of what it held: the program takes one far more often. */
const PER_TURN = 250

const [name, seed = 1, from = 0, count = 1] = process.argv
  .slice(2)
  .map((text, i) => (i === 0 ? text : Number(text)))
const target = [...responseTargets(), ...byteTargets()].find(one => one.name === name)
if (target === undefined) throw new Error(`no target ${name}`)

// A stack costs as much as reading; whoever repeats a single one has it.
if (count !== 1) Error.stackTraceLimit = 0
const rssMb = () => Math.round(process.resourceUsage().maxRSS / 1_024)
const total = { responses: 0, errors: 0 }
// What compiling and the first garbage take is not the answers' doing.
await read(Number(seed) + 1, 0, Math.min(REPORT_EVERY, Number(count)), { responses: 0, errors: 0 })
const startRssMb = rssMb()
for (let at = Number(from), end = at + Number(count); at < end; at += REPORT_EVERY) {
  await read(Number(seed), at, Math.min(at + REPORT_EVERY, end), total)
  process.send?.({ ...total, startRssMb, peakRssMb: rssMb() })
}

async function read(withSeed: number, begin: number, end: number, into: FuzzCount): Promise<void> {
  for (let at = begin; at < end; at += PER_TURN) {
    fuzz(target as FuzzTarget, withSeed, at, Math.min(PER_TURN, end - at), into)
    await new Promise(resolve => setImmediate(resolve))
  }
}
