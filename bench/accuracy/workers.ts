import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Job, JobResult } from './jobs.ts'

/** Does all jobs in `count` processes; results come as they are ready. */
export async function* runJobs(jobs: readonly Job[], count: number): AsyncGenerator<JobResult> {
  const queue = [...jobs]
  const ready: JobResult[] = []
  let failure: Error | null = null
  let wake = () => {}
  const workers = Array.from({ length: Math.min(count, jobs.length) }, () => {
    const worker = startWorker()
    const give = () => {
      const job = queue.shift()
      if (job !== undefined) worker.send(job)
      else worker.disconnect()
    }
    worker.on('message', result => {
      ready.push(result as JobResult)
      give()
      wake()
    })
    worker.on('exit', code => {
      if (code !== 0) failure = new Error(`a worker ended with ${code}`)
      wake()
    })
    give()
    return worker
  })
  try {
    for (let done = 0; done < jobs.length; ) {
      const result = ready.shift()
      if (result !== undefined) {
        done++
        yield result
      } else if (failure !== null) throw failure
      else
        await new Promise<void>(resolve => {
          wake = resolve
        })
    }
  } finally {
    for (const worker of workers) worker.kill()
  }
}

function startWorker(): ChildProcess {
  return fork(fileURLToPath(new URL('worker.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx', '--max-old-space-size=6000'],
    // Infinity and NaN survive; JSON makes null of them.
    serialization: 'advanced',
  })
}
