import { withDeadline } from '../model/deadline.ts'
import type { StateStore } from '../model/ports.ts'

/** Writes to a store, one at a time: a write that hangs keeps its bytes, and another must not begin beside it. */
export class OneWrite {
  readonly #store: StateStore
  readonly #timeoutMs: number
  readonly #what: string
  #pending: Promise<void> | null = null

  /** @param what for the message of a deadline: `saving the state` */
  constructor(store: StateStore, timeoutMs: number, what: string) {
    this.#store = store
    this.#timeoutMs = timeoutMs
    this.#what = what
  }

  /**
   * Resolves when the bytes are durable; rejects when they, or those before them, have not been within the deadline.
   *
   * @param encode called when no other bytes are being written any more
   */
  async save(encode: () => Uint8Array | Promise<Uint8Array>): Promise<void> {
    if (this.#pending !== null) await withDeadline(this.#pending, this.#timeoutMs, this.#what)
    const saving = this.#store.save(await encode())
    this.#pending = saving
      .catch(() => {})
      .finally(() => {
        this.#pending = null
      })
    await withDeadline(saving, this.#timeoutMs, this.#what)
  }
}
