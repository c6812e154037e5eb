// Runs the tests of one kind, or the file named: `unit` needs nothing but Node and Kafka's message
// descriptions, `integration` starts real parts or takes long.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { groupedFiles } from './grouped-files.mjs'
import { runTests } from './node-test.mjs'
import { lanesOf } from './test-lanes.mjs'

const INTEGRATION = [
  'test/harness/',
  'test/contract/',
  'test/e2e/',
  'test/bench/',
  'test/http/page/browser.test.ts',
]
const isIntegration = file =>
  INTEGRATION.some(folder => file.startsWith(folder)) || file.endsWith('.real.test.ts')

const [kind = 'unit', ...options] = process.argv.slice(2)
const all = readdirSync('test', { recursive: true })
  .map(file => join('test', file))
  .filter(file => file.endsWith('.test.ts'))
  .sort()

if (kind === 'integration') await again(await integration(all.filter(isIntegration)))
else if (kind === 'unit') await again(await unit(all.filter(f => !isIntegration(f))))
else {
  const { failed } = await runTests([kind], { options })
  if (failed.length > 0) console.log(`failed: ${kind}`)
  process.exitCode = failed.length === 0 ? 0 : 1
}

/** @returns the files in which something failed */
async function unit(files) {
  const folder = mkdtempSync(join(tmpdir(), 'unit-tests-'))
  const groups = groupedFiles(files, folder)
  // Some wait for a moment.
  const concurrency = availableParallelism() + 1
  const { failed } = await runTests([...groups.keys()], { options, concurrency })
  rmSync(folder, { recursive: true })
  // A group may have ended before its last file, whatever failed first; and what fails may stand in a file that several
  // share.
  const groupOf = file =>
    groups.get(file) ?? [...groups.values()].find(group => group.includes(file)) ?? files
  return [...new Set(failed.flatMap(groupOf))]
}

/**
 * Each file by itself, several at the same time; what it says is printed when it is done.
 *
 * @returns the files in which something failed
 */
async function integration(files) {
  const failed = []
  const done = []
  const counts = {}
  const begin = performance.now()
  await Promise.all(
    lanesOf(files).flatMap(({ files: queue, atOnce, nice, minutes }) => {
      const next = queue.values()
      return Array.from({ length: atOnce }, async () => {
        for (const file of next) {
          console.log(`begun: ${file}`)
          const outcome = await runTests([file], { options, nice, minutes, isQuiet: true })
          done.push(file)
          console.log(`${file} (${outcome.seconds} s)\n${outcome.output}`)
          if (outcome.failed.length > 0) failed.push(file)
          for (const [what, n] of Object.entries(outcome.counts)) counts[what] = (counts[what] ?? 0) + n
        }
      })
    }),
  )
  if (done.length !== files.length) throw new Error(`${files.length - done.length} files were not run`)
  for (const [what, n] of Object.entries(counts)) console.log(`ℹ ${what} ${n}`)
  console.log(`ℹ duration_ms ${Math.round(performance.now() - begin)}`)
  return failed
}

/**
 * Real parts, and deadlines, starve on a machine that is busy for a moment. What fails is run again by itself, once, and
 * told of: a test that passes only then is to be mended, but no reason to refuse a change.
 */
async function again(files) {
  const twice = []
  for (const file of files) if ((await runTests([file], { options })).failed.length > 0) twice.push(file)
  for (const file of files) {
    console.log(`failed${twice.includes(file) ? ', twice' : ', and passed by itself'}: ${file}`)
  }
  process.exitCode = twice.length === 0 ? 0 : 1
}
