import { inSlices, type Steps } from './steps.ts'

export type RunSteps = <Result>(steps: Steps<Result>) => Promise<Result>

/**
 * Runs pure work one after the other, each beginning in a turn of the event loop of its own. Several `inSlices` side
 * by side would each take their slice in the same turn, and block it for the sum.
 */
export function createWorkQueue(): RunSteps {
  let last: Promise<unknown> = Promise.resolve()
  return steps => {
    const result = last.then(async () => {
      await new Promise<void>(resume => setImmediate(resume))
      return inSlices(steps)
    })
    // Not the result itself: the queue would keep it until the next piece of work.
    last = result.then(nothing, nothing)
    return result
  }
}

function nothing(): void {}
