// Runs the tests of one kind, or the files named: `unit` needs nothing but Node and Kafka's message
// descriptions, `integration` starts real parts or takes long.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

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

// Real brokers on a small machine: one file at a time.
const concurrency = kind === 'integration' ? 1 : 2
const { status, signal } = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-timeout=1200000',
    ...options,
    ...files,
  ],
  { stdio: 'inherit' },
)
process.exitCode = signal === null ? (status ?? 1) : 1
