import { byteTargets } from './byte-targets.ts'
import { responseTargets } from './response-targets.ts'
import { fuzz } from './target.ts'

/** One codec in a process of its own: node fuzz-child.ts <target> <seed> <from> <count>. Tells how far it is. */
const REPORT_EVERY = 5_000

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
fuzz(target, Number(seed) + 1, 0, Math.min(REPORT_EVERY, Number(count)), { responses: 0, errors: 0 })
const startRssMb = rssMb()
for (let at = Number(from), end = at + Number(count); at < end; at += REPORT_EVERY) {
  fuzz(target, Number(seed), at, Math.min(REPORT_EVERY, end - at), total)
  process.send?.({ ...total, startRssMb, peakRssMb: rssMb() })
}
