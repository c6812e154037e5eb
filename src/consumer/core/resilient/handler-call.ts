import type { HandlerContext } from './resilient-options.ts'

/** One call of a handler. Most handlers never ask for the signal, and an AbortController for each record costs. */
export class HandlerCall implements HandlerContext {
  readonly attempt: number
  #controller: AbortController | null = null
  #ended: { readonly reason: unknown } | null = null

  constructor(attempt: number) {
    this.attempt = attempt
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#ended !== null) this.#controller.abort(this.#ended.reason)
    }
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    this.#ended ??= { reason }
    this.#controller?.abort(reason)
  }
}
