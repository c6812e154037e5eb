/**
 * Long pure work, written as a generator that yields where it may be interrupted. The work itself knows no clock
 * and no event loop; whoever runs it decides how long one slice may take.
 */
export type Steps<Result> = Generator<void, Result, void>

/** How many rows of work lie between two yields; some tens of microseconds each. */
export const ROWS_PER_STEP = 2_048

/** Runs the work without interruption, for tests and small inputs. */
export function toEnd<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Half of what a scrape takes in one turn of the event loop: a scraper waits for its page, nobody for a poll. */
const SLICE_MS = 1

/** Runs the work in slices of about `sliceMs`, letting other events through between two of them. */
export async function inSlices<Result>(steps: Steps<Result>, sliceMs = SLICE_MS): Promise<Result> {
  let sliceStart = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - sliceStart < sliceMs) continue
    await new Promise<void>(resume => setImmediate(resume))
    sliceStart = performance.now()
  }
}
