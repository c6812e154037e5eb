import { createHmac, randomBytes } from 'node:crypto'

/** Compares a password with a bcrypt hash, which takes long on purpose. */
export type CompareHash = (password: string, hash: string) => Promise<boolean>

/** Verdicts that are kept; a hash costs some hundred milliseconds of a core, and a scraper asks every few seconds. */
const KEPT_VERDICTS = 100
/** Passwords that may wait for their turn. */
const MOST_WAITING = 32

/** Of nobody, for whoever asks under an unknown name: a quick answer would tell that there is no such user. */
const OF_NOBODY = '$2b$10$GWKb7FPNXj1GQx1Pq7JShOgePiY.9JVwaW8TNbIDztJn./4ailGsu'

/** Whether a user has a password. */
export class PasswordCheck {
  readonly #compare: CompareHash
  /** Of what verdicts are kept by: a look at the memory shows no passwords. */
  readonly #secret = randomBytes(32)
  readonly #right = new Verdicts()
  readonly #wrong = new Verdicts()
  /** Verdicts on their way, so that ten scrapes at once cost one. */
  readonly #underWay = new Map<string, Promise<boolean>>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(compare: CompareHash) {
    this.#compare = compare
  }

  /** Null: too many wait already. */
  async isRight(users: ReadonlyMap<string, string>, user: string, password: string): Promise<boolean | null> {
    const known = users.get(user)
    const hash = known ?? highestCost(users)
    const key = createHmac('sha256', this.#secret)
      .update(JSON.stringify([known === undefined, user, hash, password]))
      .digest('base64')
    if (this.#right.has(key)) return true
    if (this.#wrong.has(key)) return false
    const underWay = this.#underWay.get(key)
    if (underWay !== undefined) return underWay
    if (this.#underWay.size >= MOST_WAITING) return null
    const verdict = this.#inTurn(() => this.#compare(password, hash)).then(isSame => {
      const isRight = isSame && known !== undefined
      const kept = isRight ? this.#right : this.#wrong
      kept.add(key)
      return isRight
    })
    this.#underWay.set(key, verdict)
    try {
      return await verdict
    } finally {
      this.#underWay.delete(key)
    }
  }

  /** One at a time: guessing must not take more than one core. */
  #inTurn(work: () => Promise<boolean>): Promise<boolean> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }
}

/** A hash that takes as long as the dearest one of the users that there are. */
function highestCost(users: ReadonlyMap<string, string>): string {
  const [cost] = [...users.values()]
    .map(hash => hash.slice(4, 6))
    .sort()
    .reverse()
  return cost === undefined ? OF_NOBODY : OF_NOBODY.replace(/^\$2b\$\d\d/, `$2b$${cost}`)
}

/** The last ones that were added. Wrong ones have a set of their own, so that guessing does not drive out right ones. */
class Verdicts {
  readonly #keys = new Set<string>()

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  add(key: string): void {
    this.#keys.add(key)
    const [oldest] = this.#keys
    if (this.#keys.size > KEPT_VERDICTS && oldest !== undefined) this.#keys.delete(oldest)
  }
}
