/** What the evaluation of the shipped rules costs a Prometheus; see README.md. Prints Markdown. */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { estateSize } from './estate-size.ts'
import { measureSet } from './measure-set.ts'
import { RULE_FILES, type RuleFileName } from './rule-files.ts'

const { values: flags } = parseArgs({
  options: {
    cells: { type: 'string', default: '200000' },
    minutes: { type: 'string', default: '8' },
    /** Exporters of one cluster: 2 is a pair for high availability. */
    replicas: { type: 'string', default: '1' },
    /** Rule sets, with commas between; all where it is left out. */
    sets: { type: 'string', default: Object.keys(RULE_FILES).join(',') },
  },
})
const size = estateSize(Number(flags.cells))
const minutes = Number(flags.minutes)
const replicas = Number(flags.replicas)

console.log(
  `${size.groups * 100} group-partitions, ${replicas} exporter${replicas > 1 ? 's' : ''}; ${cpus().length} × ${cpus()[0]?.model.trim()}\n`,
)
for (const set of flags.sets.split(',')) {
  if (!(set in RULE_FILES)) throw new Error(`no rule set ${set}: ${Object.keys(RULE_FILES).join(', ')}`)
  console.log(await measureSet(set as RuleFileName, size, replicas, minutes))
  console.log(`load average ${loadavg()[0]?.toFixed(1)}\n`)
}
