import { type AdminQuestions, TooManyQuestions } from './admin-questions.ts'
import { answeredType } from './answered-type.ts'

/** What a broker answers that is no coordinator of the group, or not yet. */
const NOT_THERE: ReadonlySet<string> = new Set([
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
])

/**
 * Whether the coordinator of a group answers, whatever it says; null where it could not be asked. Once more with a new
 * client where it does not: the broker that was asked who it is may be the one that says nothing.
 */
export async function coordinatorAnswers(
  questions: AdminQuestions,
  groupId: string,
): Promise<boolean | null> {
  const first = await isAnswered(questions, groupId)
  if (first !== false) return first
  questions.leave()
  const second = await isAnswered(questions, groupId)
  if (second === false) questions.leave()
  return second
}

async function isAnswered(questions: AdminQuestions, groupId: string): Promise<boolean | null> {
  try {
    // Of no topic: KafkaJS would ask for its partitions, and for a topic without a leader again and again.
    await questions.ask(`the coordinator of ${groupId}`, admin => admin.fetchOffsets({ groupId, topics: [] }))
    return true
  } catch (error) {
    if (error instanceof TooManyQuestions) return null
    const type = answeredType(error)
    return type !== null && !NOT_THERE.has(type)
  }
}
