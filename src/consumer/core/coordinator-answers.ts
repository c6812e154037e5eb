import { AdminQuestions, TooManyQuestions } from './admin-questions.ts'
import { answeredType } from './answered-type.ts'
import type { KafkaClient, KitLog } from './ports.ts'

/** What a broker answers that is no coordinator of the group, or not yet. */
const NOT_THERE: ReadonlySet<string> = new Set([
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
])
const NOT_FOUND = 'the coordinator of the group is not found: it is away, or DESCRIBE on the group is refused'
/** Two for each round in which one of them says nothing, and each is there for a minute. */
const LEFT_AT_MOST = 12
/** A client that nobody asks any more is left before a broker ends its connections, which KafkaJS takes for an error. */
const IDLE_MS = 60_000
/** Groups to remember something of. */
const GROUPS_AT_MOST = 1_000

interface Known {
  /** It has answered, so that this client may ask who it is. */
  readonly hasAnswered: boolean
  readonly isSilent: boolean
  /** That it is not found has been logged. */
  readonly isTold: boolean
}

/**
 * Asks the coordinators of groups whether they answer, whatever they say: by a client of their own, since one that says
 * nothing must not keep anybody from reading the ends of topics.
 */
export class CoordinatorAnswers {
  readonly #questions: AdminQuestions
  readonly #log: KitLog | undefined
  readonly #underWay = new Map<string, Promise<boolean | null>>()
  readonly #known = new Map<string, Known>()
  /** Clients that were left. */
  #left = 0
  #idle: NodeJS.Timeout | undefined

  constructor(kafka: KafkaClient, timeoutMs: number, log?: KitLog) {
    this.#questions = new AdminQuestions(kafka, timeoutMs, LEFT_AT_MOST)
    this.#log = log
  }

  /** Null where it cannot be found out now. Once for all who ask at the same time. Never rejects. */
  of(groupId: string): Promise<boolean | null> {
    const underWay = this.#underWay.get(groupId)
    if (underWay !== undefined) return underWay
    clearTimeout(this.#idle)
    const answer = this.#ask(groupId).finally(() => {
      this.#underWay.delete(groupId)
      clearTimeout(this.#idle)
      this.#idle = setTimeout(() => this.#questions.leave(), IDLE_MS).unref()
    })
    this.#underWay.set(groupId, answer)
    return answer
  }

  async stop(): Promise<void> {
    await this.#questions.stop()
  }

  /**
   * Once more with a new client where it does not: the broker that was asked who it is may be the one that says nothing.
   * Not where it did not answer before, for then the client is new.
   */
  async #ask(groupId: string): Promise<boolean | null> {
    const before = this.#known.get(groupId)
    let outcome = await this.#tryOnce(groupId)
    if (isFailed(outcome) && before?.isSilent !== true) outcome = await this.#tryOnce(groupId)
    if (outcome === 'not asked') return null
    const hasAnswered = before?.hasAnswered === true || outcome === 'answered'
    const isUnknown = outcome === 'not found' && !hasAnswered
    if (isUnknown && before?.isTold !== true) this.#log?.warn({ group: groupId }, NOT_FOUND)
    const isTold = isUnknown || before?.isTold === true
    this.#remember(groupId, { hasAnswered, isSilent: isFailed(outcome), isTold })
    return isUnknown || outcome === 'refused' ? null : outcome === 'answered'
  }

  async #tryOnce(groupId: string): Promise<Outcome> {
    const left = this.#left
    try {
      // Of no topic: KafkaJS would ask for its partitions, and for a topic without a leader again and again.
      await this.#questions.ask(`the coordinator of ${groupId}`, admin =>
        admin.fetchOffsets({ groupId, topics: [] }),
      )
      return 'answered'
    } catch (error) {
      const outcome = outcomeOf(error)
      // Several may have failed by the same client.
      if (isFailed(outcome) && this.#left === left) {
        this.#left++
        this.#questions.leave()
      }
      return outcome
    }
  }

  #remember(groupId: string, known: Known): void {
    this.#known.delete(groupId)
    this.#known.set(groupId, known)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= GROUPS_AT_MOST) break
      this.#known.delete(oldest)
    }
  }
}

/**
 * `not found`: KafkaJS says no more than that of any error of the question who it is, though it be a refusal. `refused`:
 * the client is not let in.
 */
type Outcome = 'answered' | 'silent' | 'not found' | 'refused' | 'not asked'

function isFailed(outcome: Outcome): boolean {
  return outcome !== 'answered' && outcome !== 'not asked'
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof TooManyQuestions) return 'not asked'
  const type = answeredType(error)
  if (type !== null) return NOT_THERE.has(type) ? 'silent' : 'answered'
  const name = error instanceof Error ? error.name : ''
  if (name === 'KafkaJSSASLAuthenticationError') return 'refused'
  return name === 'KafkaJSGroupCoordinatorNotFound' ? 'not found' : 'silent'
}
