import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'

/**
 * Where rows of one topology are in the next one, ascending as they were: both are in order of the topics' names. Rows
 * of topics that are gone or were created anew, and partitions that are no more, are left out.
 *
 * @param rows ascending
 */
export function* carryRows(before: Topology, after: Topology, rows: Int32Array): Steps<Int32Array> {
  if (before === after) return rows
  const carried = new Int32Array(rows.length)
  let length = 0
  let end = 0
  let shift: number | null = null
  let targetEnd = 0
  for (let i = 0; i < rows.length; i++) {
    if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    const row = rows[i] as number
    if (row >= end) {
      const topic = topicOfRow(before, row)
      const target = sameTopic(before, topic, after)
      end = before.start[topic + 1] as number
      shift = target < 0 ? null : (after.start[target] as number) - (before.start[topic] as number)
      targetEnd = target < 0 ? 0 : (after.start[target + 1] as number)
    }
    if (shift === null || row + shift >= targetEnd) continue
    carried[length++] = row + shift
  }
  return carried.subarray(0, length)
}

/** Its position in the other topology by id, where brokers know none by name; -1 where it is not there. */
function sameTopic(before: Topology, topic: number, after: Topology): number {
  const target = after.indexOf.get(before.topics[topic] as string)
  return target !== undefined && before.topicIds[topic] === after.topicIds[target] ? target : -1
}
