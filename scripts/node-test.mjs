import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * `node --test` with files, each in a process of its own.
 *
 * @param isQuiet what it prints is returned instead of printed, and without a summary
 * @param nice of the processes (nice(2))
 * @param minutes after which a test is given up
 */
export async function runTests(files, given = {}) {
  const { options = [], concurrency = 1, nice = 0, minutes = 40, isQuiet = false } = given
  const begin = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'run-tests-'))
  const report = join(folder, 'report')
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--import',
      './scripts/property-seed.mjs',
      '--test',
      `--test-concurrency=${concurrency}`,
      `--test-timeout=${minutes * 60_000}`,
      `--test-reporter=${isQuiet ? './scripts/spec-without-summary.mjs' : 'spec'}`,
      '--test-reporter-destination=stdout',
      '--test-reporter=./scripts/outcome-reporter.mjs',
      `--test-reporter-destination=${report}`,
      ...options,
      ...files,
    ],
    { stdio: isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' },
  )
  // Those that it starts will be as nice.
  if (nice !== 0) setPriority(child.pid, nice)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const { failed, counts } = outcomeIn(report)
  rmSync(folder, { recursive: true })
  const seconds = Math.round((performance.now() - begin) / 1_000)
  // Where it ended without saying which.
  return { failed: status !== 0 && failed.length === 0 ? files : failed, counts, output, seconds }
}

/** Nothing where it was ended before it could write. */
function outcomeIn(report) {
  const text = existsSync(report) ? readFileSync(report, 'utf8') : ''
  return text === '' ? { failed: [], counts: {} } : JSON.parse(text)
}
