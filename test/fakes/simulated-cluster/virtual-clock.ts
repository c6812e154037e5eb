/** A clock that stands until it is moved; `now` can be handed on as it is. */
export class VirtualClock {
  #time: number

  /** Milliseconds since the epoch. */
  constructor(time: number) {
    this.#time = time
  }

  readonly now = (): number => this.#time

  /** Back as well, as a clock that is put right. */
  set(time: number): void {
    this.#time = time
  }

  advance(ms: number): void {
    if (ms < 0) throw new RangeError('time does not go back by itself: set it')
    this.#time += ms
  }
}
