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

  const end = () => {
    void worker?.terminate()
    worker = null
  }
  return (password, hash) => {
    clearTimeout(idle)
    worker ??= new Worker(CODE, { eval: true, workerData: import.meta.resolve('bcryptjs'), execArgv: [] })
    const thread = worker
    thread.ref()
    return new Promise<boolean>((resolve, reject) => {
      const settle = (finish: () => void) => {
        thread.removeAllListeners()
        thread.unref()
        finish()
      }
      thread.once('message', (isSame: boolean) =>
        settle(() => {
          idle = setTimeout(end, IDLE_MS).unref()
          resolve(isSame)
        }),
      )
      const fail = (cause: unknown) =>
        settle(() => {
          end()
          reject(new ExporterError('INTERNAL', 'a password could not be checked', { cause }))
        })
      thread.once('error', fail)
      thread.once('exit', fail)
      thread.postMessage({ password, hash })
    })
  }
}
