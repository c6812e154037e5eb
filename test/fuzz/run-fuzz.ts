import { fork } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { byteTargets } from './byte-targets.ts'
import { responseTargets } from './response-targets.ts'

/**
 * Reads a million damaged answers with each codec, each in a process of its own with little memory, watched for hangs:
 *
 *   npm run test:fuzz -- [--only=<pattern of names>] [--seed=1] [--from=0] [--count=1000000]
 */
const HEAP_MB = 96
/** Over what the process had after its first answers: the young generation grows, garbage waits to be collected. */
const MAX_GROWTH_MB = 128
const SILENCE_MS = 60_000

interface Progress {
  readonly responses: number
  readonly errors: number
  readonly startRssMb: number
  readonly peakRssMb: number
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '1000000' },
  },
})

const row = (...cells: readonly (string | number)[]) =>
  console.log(
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(30) : String(cell).padStart(11))).join(''),
  )

const names = [...responseTargets(), ...byteTargets()]
  .map(target => target.name)
  .filter(name => new RegExp(values.only).test(name))
const faults: string[] = []
row('codec', 'responses', 'errors', 'start MB', 'peak MB', 'seconds')
for (const name of names) {
  const startedAt = performance.now()
  const { progress, fault } = await run(name)
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  row(name, progress.responses, progress.errors, progress.startRssMb, progress.peakRssMb, seconds)
  if (fault !== null) {
    faults.push(fault)
    console.error(fault)
  }
}
console.log(`${names.length} codecs, ${faults.length} faults, seed ${values.seed}`)
process.exitCode = names.length === 0 || faults.length > 0 ? 1 : 0

function run(name: string): Promise<{ progress: Progress; fault: string | null }> {
  const child = fork(
    join(import.meta.dirname, 'fuzz-child.ts'),
    [name, values.seed, values.from, values.count],
    {
      execArgv: ['--import', 'tsx', `--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    },
  )
  let progress: Progress = { responses: 0, errors: 0, startRssMb: 0, peakRssMb: 0 }
  let said = ''
  let hangs = false
  const watchdog = setTimeout(() => {
    hangs = true
    child.kill('SIGKILL')
  }, SILENCE_MS)
  child.stderr?.on('data', chunk => {
    said = (said + chunk).slice(-20_000)
  })
  child.on('message', message => {
    progress = message as Progress
    watchdog.refresh()
  })
  return new Promise(resolve => {
    child.on('close', (code, signal) => {
      clearTimeout(watchdog)
      const at = Number(values.from) + progress.responses
      const where = `--only='${name}' --seed=${values.seed} --from=${at}`
      if (hangs) resolve({ progress, fault: `${name}: hangs soon after ${where}` })
      else if (code !== 0)
        resolve({ progress, fault: `${name}: ended by ${signal ?? code} after ${where}\n${said}` })
      else if (progress.peakRssMb > progress.startRssMb + MAX_GROWTH_MB)
        resolve({ progress, fault: `${name}: grew by ${progress.peakRssMb - progress.startRssMb} MB` })
      else resolve({ progress, fault: null })
    })
  })
}
