import type { Origin } from '../../domain/dlq/read-origin.ts'
import type { TailedRecord } from '../../model/tail.ts'
import type { RoutedRecord } from '../record-writer.ts'
import { Refusal } from '../refusal.ts'
import { NO_SUCH_TOPIC, type TargetTopics } from '../target-topics.ts'
import { choosePartition, type PlanOptions, planRecord } from './plan-record.ts'
import type { DeadLetter } from './replay-steps.ts'
import type { ReplayTally } from './replay-tally.ts'

export interface Routed {
  readonly dead: TailedRecord
  readonly record: RoutedRecord
}

/** The records that are to be sent on, in their order; what becomes of the others is counted. */
export async function routeRecords(
  letters: readonly DeadLetter[],
  options: PlanOptions,
  targets: TargetTopics,
  tally: ReplayTally,
  now: number,
): Promise<readonly Routed[]> {
  const planned: { dead: TailedRecord; origin: Origin; topic: string; record: RoutedRecord }[] = []
  for (const { dead, origin } of letters) {
    const plan = planRecord(dead, origin, options, now)
    if (plan.kind === 'refuse') tally.refuse(plan.reason, dead)
    else {
      const { topic, record } = plan
      planned.push({ dead, origin, topic, record: { ...record, topic, partition: -1 } })
    }
  }
  const known = await targets.know(planned.map(({ topic }) => topic))
  return planned.flatMap(({ dead, origin, topic, record }) => {
    const partitions = known.get(topic) as number | string
    // Of a target that was named every record would be refused: that is the operator's to look at.
    if (typeof partitions === 'string' && NO_SUCH_TOPIC.has(partitions) && options.target === null) {
      tally.refuse('no_such_topic', dead)
      return []
    }
    if (typeof partitions === 'string') throw refusalOf(topic, partitions)
    const partition = choosePartition(dead, origin, options.partitioning, partitions)
    if (partition === null) {
      tally.refuse('no_source_partition', dead)
      return []
    }
    return [{ dead, record: { ...record, partition } }]
  })
}

/** Not the record's fault: the replay ends here, and goes on from here when it has been put right. */
export function refusalOf(topic: string, code: string): Refusal {
  return new Refusal(code, 'write to', `topic ${topic}`)
}
