import type { KitTime } from '../resilient/kit-time.ts'

/** Fails after `ms`, with `signal` aborted then; what goes on nevertheless is not waited for. */
export async function within<Result>(
  ms: number,
  time: KitTime,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController()
  let forget = () => {}
  const expiry = new Promise<never>((_, reject) => {
    forget = time.after(ms, () => {
      reject(new Error(`no answer within ${ms} ms`))
      deadline.abort()
    })
  })
  try {
    return await Promise.race([work(deadline.signal), expiry])
  } finally {
    forget()
  }
}
