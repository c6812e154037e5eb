// Runs the tests of one kind, or the file named: `unit` needs nothing but Node and Kafka's message
// descriptions, `integration` starts real parts or takes long.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

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
const files =
  kind === 'unit'
    ? all.filter(f => !isIntegration(f))
    : kind === 'integration'
      ? all.filter(isIntegration)
      : [kind]
if (files.length === 0) throw new Error(`no tests: ${kind}`)

const failed = run(files)
// Real parts, and deadlines, starve on a machine that is busy for a moment. What fails is run again by itself, once,
// and told of: a test that passes only then is to be mended, but no reason to refuse a change.
const isWhole = files.length > 1
const stillFailed = isWhole ? failed.flatMap(file => run([file])) : failed
for (const file of failed) {
  const outcome = !isWhole ? '' : stillFailed.includes(file) ? ', twice' : ', and passed by itself'
  console.log(`failed${outcome}: ${file}`)
}
process.exitCode = stillFailed.length === 0 ? 0 : 1

/** The files in which something failed. */
function run(files) {
  const folder = mkdtempSync(join(tmpdir(), 'run-tests-'))
  const report = join(folder, 'failed')
  // Real brokers on a small machine: one file at a time.
  const concurrency = kind === 'integration' ? 1 : 2
  const { status } = spawnSync(
    process.execPath,
    [
      '--import',
      'tsx',
      '--import',
      './scripts/property-seed.mjs',
      '--test',
      `--test-concurrency=${concurrency}`,
      '--test-timeout=1200000',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=./scripts/failed-files.mjs',
      `--test-reporter-destination=${report}`,
      ...options,
      ...files,
    ],
    { stdio: 'inherit' },
  )
  const failed = status === 0 ? [] : filesIn(report)
  rmSync(folder, { recursive: true })
  // Where it ended without saying which.
  return status !== 0 && failed.length === 0 ? files : failed
}

function filesIn(report) {
  const lines = readFileSync(report, 'utf8').split('\n').filter(Boolean)
  return lines.map(file => relative('.', file))
}
