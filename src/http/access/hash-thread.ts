import { Worker } from 'node:worker_threads'
import { ExporterError } from '../../errors.ts'
import type { CompareHash } from './password-check.ts'

/** A thread costs some megabytes; whoever asks regularly is remembered and needs none. */
const IDLE_MS = 10_000

/** Kept as text, since a file of its own would be found at another place from sources than when compiled. */
const CODE = `
const { parentPort, workerData } = require('node:worker_threads')
const library = import(workerData)
parentPort.on('message', async ({ password, hash }) => {
  const { compareSync } = await library
  parentPort.postMessage(compareSync(password, hash))
})
`

/** Compares in a thread of its own, since the polls and scrapes of this one must not wait. One call at a time. */
export function hashThread(): CompareHash {
  let worker: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  let pending: { resolve(isSame: boolean): void; reject(error: Error): void } | null = null

  const start = () => {
    const thread = new Worker(CODE, { eval: true, workerData: import.meta.resolve('bcryptjs'), execArgv: [] })
    thread.on('message', (isSame: boolean) => {
      idle = setTimeout(() => {
        worker = null
        void thread.terminate()
      }, IDLE_MS).unref()
      // It must not keep a program alive that has nothing else to do.
      thread.unref()
      pending?.resolve(isSame)
      pending = null
    })
    const end = (cause: unknown) => {
      // One that has been let go owes nobody an answer.
      if (worker !== thread) return
      worker = null
      pending?.reject(new ExporterError('INTERNAL', 'a password could not be checked', { cause }))
      pending = null
    }
    thread.on('error', end)
    thread.on('exit', end)
    return thread
  }
  return (password, hash) => {
    clearTimeout(idle)
    worker ??= start()
    const thread = worker
    thread.ref()
    return new Promise<boolean>((resolve, reject) => {
      pending = { resolve, reject }
      thread.postMessage({ password, hash })
    })
  }
}
