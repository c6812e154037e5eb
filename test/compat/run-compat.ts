import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'
import { parseArgs, stripVTControlCharacters } from 'node:util'

/**
 * The same suite on Kafka of several releases, one after the other; what a release cannot do is left out by
 * test/harness/kafka-abilities.ts:
 *
 *   npm run test:compat -- [version …] [--only=part of a file's name]
 *
 * Prints a line after each file and a table in the end; docs/compatibility.md tells what came of it.
 */
const VERSIONS = ['2.8.2', '3.9.1', '4.1.1', '4.3.0']
const FILES = [
  'test/contract/cluster-reader-kafka.test.ts',
  'test/e2e/lag-seconds.test.ts',
  'test/e2e/dead-letters.test.ts',
  'test/e2e/dlq-replay.test.ts',
  'test/e2e/stalls.test.ts',
]

interface Outcome {
  readonly version: string
  readonly file: string
  readonly passed: number
  readonly failed: readonly string[]
  readonly seconds: number
}

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' } },
})
const outcomes: Outcome[] = []
for (const version of wanted.length > 0 ? wanted : VERSIONS) {
  for (const file of FILES.filter(each => each.includes(values.only))) {
    console.log(`--- Kafka ${version}: ${file}`)
    const outcome = await run(version, file)
    outcomes.push(outcome)
    print(outcome)
  }
}
console.log(
  `${'Kafka'.padEnd(8)}${'suite'.padEnd(46)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'s'.padStart(6)}`,
)
for (const outcome of outcomes) print(outcome)
process.exitCode = outcomes.every(({ passed, failed }) => passed > 0 && failed.length === 0) ? 0 : 1

function print({ version, file, passed, failed, seconds }: Outcome): void {
  const numbers = [passed, failed.length].map(count => String(count).padStart(8)).join('')
  console.log(`${version.padEnd(8)}${file.padEnd(46)}${numbers}${String(seconds).padStart(6)}`)
  for (const name of failed) console.log(`        ${name}`)
}

function run(version: string, file: string): Promise<Outcome> {
  const startedAt = performance.now()
  const { KAFKA_HOME: _, ...env } = process.env
  const args = ['--import', 'tsx', '--test', '--test-reporter=spec', '--test-timeout=600000', file]
  const child = spawn(process.execPath, args, {
    env: { ...env, KAFKA_VERSION: version },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', chunk => {
    said += chunk
    writeSync(1, chunk)
  })
  return new Promise(resolve => {
    child.on('close', code => {
      const lines = stripVTControlCharacters(said).split('\n')
      const count = (word: string) =>
        Number(lines.find(line => line.startsWith(`ℹ ${word} `))?.split(' ')[2] ?? 0)
      const summary = lines.findIndex(line => line.includes('failing tests:'))
      const failing = summary < 0 ? [] : lines.slice(summary).filter(line => line.startsWith('✖ '))
      const failed = failing.slice(1).map(line => line.slice(2))
      if (code !== 0 && failed.length === 0) failed.push(`ended with ${code}`)
      const seconds = Math.round((performance.now() - startedAt) / 1_000)
      resolve({ version, file, passed: count('pass'), failed, seconds })
    })
  })
}
