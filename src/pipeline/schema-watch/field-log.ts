import type { Drop } from '../../domain/schema/drop.ts'
import type { Clock, Log } from '../../model/ports.ts'

const LINES_PER_MINUTE = 20
const MINUTE_MS = 60_000

/** Names a field the first time that something is wrong with it; not more of them than somebody could read. */
export class FieldLog {
  readonly #log: Log
  readonly #clock: Clock
  #minuteStart: number
  #told = 0
  #untold = 0

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
    this.#minuteStart = clock()
  }

  tell(topic: string, drops: readonly Drop[]): void {
    if (drops.length === 0) return
    const now = this.#clock()
    if (now < this.#minuteStart || now - this.#minuteStart >= MINUTE_MS) {
      if (this.#untold > 0) {
        this.#log.warn(
          { fields: this.#untold },
          'more fields would be dropped than are named here: see the API',
        )
      }
      this.#minuteStart = now
      this.#told = 0
      this.#untold = 0
    }
    for (const { reason, field, detail } of drops) {
      if (this.#told >= LINES_PER_MINUTE) {
        this.#untold++
        continue
      }
      this.#told++
      this.#log.warn({ topic, reason, field, detail }, 'a field of this topic would be dropped')
    }
  }
}
