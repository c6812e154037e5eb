import { ExporterError } from '../../errors.ts'
import type { AdminCalls } from '../admin-calls.ts'
import { TargetTopics } from '../target-topics.ts'
import { refusalOf } from './route-records.ts'

/** Throws where the topic is not there or may not be seen: brokers are never asked to make one. */
export async function requireTarget(calls: AdminCalls, topic: string): Promise<void> {
  // Who mistyped it need not wait.
  const known = (await new TargetTopics(calls, 0).know([topic])).get(topic)
  if (known === 'UNKNOWN_TOPIC_OR_PARTITION') {
    throw new ExporterError(known, `--to: there is no topic ${topic}: create it first`)
  }
  if (known === 'INVALID_TOPIC_EXCEPTION') {
    throw new ExporterError(known, `--to: ${topic} is no topic that may be written to`)
  }
  if (typeof known === 'string') throw refusalOf(topic, known)
}
