// npm run bench:accuracy -- [--quick] [--workers=2] [--only=lag,describe-only,kills,healthy,unbounded,peers,peers-healthy,wire]
//                           [--trace=steady,…] [--write]
// Without arguments: everything. --write puts the tables into bench/RESULTS.md. --real: see real/README.md.
import { parseArgs } from 'node:util'
import { goalRows } from './goals.ts'
import { allJobs, FULL, type JobResult, QUICK } from './jobs.ts'
import { goalTable, metricTable, section, writeSection } from './report.ts'
import { ResultBook } from './result-book.ts'
import { describeResult } from './show-result.ts'
import { runJobs } from './workers.ts'

if (process.argv.includes('--real')) {
  const { benchReal } = await import('./real/main.ts')
  await benchReal(process.argv.slice(2))
  process.exit()
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
    only: { type: 'string' },
    trace: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})

const began = performance.now()
const sizes = values.quick ? QUICK : FULL
const kinds = values.only?.split(',')
const traces = values.trace?.split(',')
const jobs = allJobs(sizes)
  .filter(job => kinds?.includes(job.kind) ?? true)
  .filter(job => traces?.includes(job.trace) ?? true)
const results: JobResult[] = []
for await (const result of runJobs(jobs, Number(values.workers))) {
  results.push(result)
  console.log(`${results.length}/${jobs.length} ${describeResult(result)}`)
}
const book = new ResultBook(results)
const goals = goalRows(book)
const minutes = (performance.now() - began) / 60_000
console.log(`\n${goalTable(goals)}\n\n${metricTable(book)}\n\n${minutes.toFixed(1)} minutes`)
if (values.write) await writeSection(section(book, goals, minutes))
if (goals.some(goal => goal.isMet === false)) {
  console.log('\nNot every goal was met.')
  process.exitCode = 1
}
