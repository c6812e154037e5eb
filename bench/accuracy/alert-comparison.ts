/** Alerts shorter than this may fall between two polls of the one and not of the other. */
const SHORTEST = 4
/** As long after an alert was resolved on one side, the other may still have it. */
const SETTLED_AFTER = 3

/** Compares the alerts of two programs, cell by cell: `right` is what it should be, `other` what it is. */
export class AlertComparison {
  readonly #rightSince: Int32Array
  readonly #otherSince: Int32Array
  /** Whether the other side had it at any time. */
  readonly #rightSeen: Uint8Array
  readonly #otherSeen: Uint8Array
  /** Poll at which `other` was resolved while `right` went on; -1 = not. */
  readonly #brokenAt: Int32Array
  #alerts = 0
  #lost = 0
  #added = 0
  #interrupted = 0

  constructor(cells: number) {
    this.#rightSince = new Int32Array(cells).fill(-1)
    this.#otherSince = new Int32Array(cells).fill(-1)
    this.#rightSeen = new Uint8Array(cells)
    this.#otherSeen = new Uint8Array(cells)
    this.#brokenAt = new Int32Array(cells).fill(-1)
  }

  /** A poll in which the other program was not there: its alert stands. */
  missed(c: number, isRight: boolean, poll: number): void {
    this.step(c, isRight, (this.#otherSince[c] as number) >= 0, poll)
  }

  step(c: number, isRight: boolean, isOther: boolean, poll: number): void {
    const hadOther = (this.#otherSince[c] as number) >= 0
    if (isRight && (this.#rightSince[c] as number) < 0) {
      this.#rightSince[c] = poll
      this.#rightSeen[c] = 0
    }
    if (isOther && !hadOther) {
      this.#otherSince[c] = poll
      this.#otherSeen[c] = 0
    }
    if (isRight && isOther) {
      this.#rightSeen[c] = 1
      this.#otherSeen[c] = 1
    }
    if (isRight && !isOther && hadOther && this.#rightSeen[c] === 1) this.#brokenAt[c] = poll
    if (!isRight) this.#brokenAt[c] = -1
    else if ((this.#brokenAt[c] as number) >= 0 && poll - (this.#brokenAt[c] as number) >= SETTLED_AFTER) {
      this.#interrupted++
      this.#brokenAt[c] = -1
    }
    if (!isRight) this.#endRight(c, poll)
    if (!isOther) this.#endOther(c, poll)
  }

  #endRight(c: number, poll: number): void {
    const since = this.#rightSince[c] as number
    if (since >= 0 && poll - since >= SHORTEST) {
      this.#alerts++
      if (this.#rightSeen[c] === 0) this.#lost++
    }
    this.#rightSince[c] = -1
  }

  #endOther(c: number, poll: number): void {
    const since = this.#otherSince[c] as number
    if (since >= 0 && poll - since >= SHORTEST && this.#otherSeen[c] === 0) this.#added++
    this.#otherSince[c] = -1
  }

  end() {
    for (let c = 0; c < this.#rightSince.length; c++) {
      this.#endRight(c, Number.MAX_SAFE_INTEGER)
      this.#endOther(c, Number.MAX_SAFE_INTEGER)
    }
    return {
      alerts: this.#alerts,
      alertsLost: this.#lost,
      alertsAdded: this.#added,
      alertsInterrupted: this.#interrupted,
    }
  }
}
