import { ExporterError } from '../errors.ts'

/** Fails with TIMEOUT when `work` has not ended after `ms`; the work itself is not stopped, only no longer waited for. */
export async function withDeadline<Result>(work: Promise<Result>, ms: number, what: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ExporterError('TIMEOUT', `${what}: no answer within ${ms} ms`, { canRetry: true }))
    }, ms)
  })
  try {
    return await Promise.race([work, expiry])
  } finally {
    clearTimeout(timer)
  }
}
