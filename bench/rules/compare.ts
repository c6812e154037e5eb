/**
 * What expressions cost beside each other, while rules are written: each is asked of one Prometheus in turn, again and
 * again. FILE has them with an empty line between; see README.md.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { estateSize } from './estate-size.ts'
import type { RuleFileName } from './rule-files.ts'
import { scrapedEstate } from './scraped-estate.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cells: { type: 'string', default: '50000' },
    set: { type: 'string', default: 'kafka-health-exporter' },
    rounds: { type: 'string', default: '7' },
  },
})
const expressions = readFileSync(positionals[0] ?? '/dev/stdin', 'utf8')
  .split(/\n\s*\n/)
  .map(text => text.trim())
  .filter(text => text !== '')
const seconds = expressions.map((): number[] => [])
const results: number[] = []
const { prometheus, close } = await scrapedEstate(
  flags.set as RuleFileName,
  estateSize(Number(flags.cells)),
  1,
  false,
)
try {
  for (let round = 0; round <= Number(flags.rounds); round++) {
    for (const [i, expression] of expressions.entries()) {
      const from = performance.now()
      const answer = await prometheus.query(`count(${expression})`)
      // The first round reads what the others find in memory.
      if (round > 0) seconds[i]?.push((performance.now() - from) / 1000)
      results[i] = answer[0]?.value ?? 0
    }
  }
} finally {
  await close()
}
console.log('| expression | results | median s | least s |\n|---|--:|--:|--:|')
for (const [i, expression] of expressions.entries()) {
  const sorted = (seconds[i] ?? []).sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]?.toFixed(3)
  const shown = expression.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
  console.log(`| \`${shown}\` | ${results[i]} | ${median} | ${sorted[0]?.toFixed(3)} |`)
}
