import { codeOf, messageOf } from '../../errors.ts'
import { AdminQuestions } from './admin-questions.ts'
import { answeredType } from './answered-type.ts'
import type { KafkaAdmin, KafkaClient } from './ports.ts'

export interface Seen {
  /** Why no broker answers; null where one does. */
  readonly unreachable: string | null
  /** What is wrong with topics; those that are well are left out. */
  readonly topics: ReadonlyMap<string, string>
}

/** What one question may take. */
const TIMEOUT_MS = 3_000
/**
 * Once connected, through the first broker of its list, KafkaJS asks one of the brokers at random and fails where that
 * one is down: with two of three down five attempts in a row find none in one of eight looks, and the next look tries
 * again.
 */
const ATTEMPTS = 5
/** One of a few brokers that says nothing leaves a client with each second look, and each is there for a minute. */
const LEFT_AT_MOST = 12

/** Asks the brokers once, through a client that is opened for it: an old connection would prove nothing. */
export class KafkaLook {
  readonly #questions: AdminQuestions
  readonly #topics: readonly string[]
  /** Of the last look. */
  #ill: ReadonlySet<string> = new Set()

  constructor(kafka: KafkaClient, topics: readonly string[]) {
    this.#questions = new AdminQuestions(kafka, TIMEOUT_MS, LEFT_AT_MOST)
    this.#topics = topics
  }

  /** Never rejects. */
  async see(): Promise<Seen> {
    try {
      const topics = await this.#problemsOrAgain()
      this.#ill = new Set(topics.keys())
      return { unreachable: null, topics }
    } catch (error) {
      const isLate = codeOf(error) === 'TIMEOUT'
      const why = isLate ? ` within ${TIMEOUT_MS / 1_000} s` : `: ${messageOf(error)}`
      return { unreachable: `no broker answers${why}`, topics: new Map() }
    } finally {
      this.#questions.leave()
    }
  }

  /**
   * Once more with a new client where nothing is answered: KafkaJS stays with a broker that takes the connection and
   * says nothing, and with `rotatingBrokers` the new client begins with another one.
   */
  async #problemsOrAgain(): Promise<ReadonlyMap<string, string>> {
    try {
      return await this.#problems()
    } catch (error) {
      if (codeOf(error) !== 'TIMEOUT') throw error
      this.#questions.leave()
      return await this.#problems()
    }
  }

  async #problems(): Promise<ReadonlyMap<string, string>> {
    await this.#questions.ask('connecting', async () => {})
    const problems = new Map<string, string>()
    // All at once costs one request; one topic that is ill spoils the answer for all, and does not say which it is.
    const together = this.#topics.filter(topic => !this.#ill.has(topic))
    const areWell = together.length > 1 && (await this.#problemOf(together)) === null
    for (const topic of areWell ? this.#ill : this.#topics) {
      const problem = await this.#problemOf([topic])
      if (problem !== null) problems.set(topic, problem)
    }
    return problems
  }

  /** What is wrong with them; null where all are well. Rejects where no broker answers. */
  async #problemOf(topics: readonly string[]): Promise<string | null> {
    for (let attempt = 1; ; attempt++) {
      let answers = 0
      try {
        return await this.#questions.ask('topics', async admin => {
          const end = onMetadata(admin, () => {
            answers++
          })
          return leaderless(await admin.fetchTopicMetadata({ topics: [...topics] }).finally(end))
        })
      } catch (error) {
        const type = answeredType(error)
        if (type !== null) return WORDS[type] ?? type
        if (codeOf(error) !== 'TIMEOUT') {
          if (attempt < ATTEMPTS) continue
          throw error
        }
        this.#questions.leave()
        // KafkaJS asks again and again where a partition has no leader, and tells nobody. One answer may be that of the
        // first broker, and the second one hangs.
        if (answers > 1) return WORDS.LEADER_NOT_AVAILABLE as string
        throw error
      }
    }
  }
}

/** Calls `told` with each answer to a question for metadata, whatever it says; returns what ends that. */
function onMetadata(admin: KafkaAdmin, told: () => void): () => void {
  return admin.on('admin.network.request' as never, ({ payload }) => {
    if (payload.apiName === 'Metadata') told()
  })
}

function leaderless({ topics }: Awaited<ReturnType<KafkaAdmin['fetchTopicMetadata']>>): string | null {
  const partitions = topics.flatMap(topic => topic.partitions.filter(({ leader }) => leader < 0))
  return partitions.length === 0
    ? null
    : `no leader of partition ${partitions.map(p => p.partitionId).join(', ')}`
}

const WORDS: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'there is no such topic',
  LEADER_NOT_AVAILABLE: 'a partition has no leader',
  TOPIC_AUTHORIZATION_FAILED: 'DESCRIBE on the topic is refused',
  INVALID_TOPIC_EXCEPTION: 'no topic can have this name',
}
