/**
 * Calls a listener. What it throws, or what its promise rejects with, goes to `failed`, and no further: an async listener
 * fits the types, and a rejection that nobody takes would end the process.
 */
export function callListener(listener: () => unknown, failed: (error: unknown) => unknown): void {
  const quietly = (error: unknown) => {
    try {
      failed(error)
    } catch {}
  }
  try {
    const called = listener()
    if (isThenable(called)) called.then(undefined, quietly)
  } catch (error) {
    quietly(error)
  }
}

export function isThenable<Value>(value: unknown): value is PromiseLike<Value> {
  return typeof (value as PromiseLike<Value> | null | undefined)?.then === 'function'
}
