import type { Snapshot } from '../../model/snapshot.ts'

/** Why the last poll of a cluster got no metadata, in one sentence. */
export function whyDown({ poll, brokers }: Snapshot): string {
  const reason =
    poll.lastErrors[0]?.message ?? brokers.find(broker => broker.failure !== null)?.failure?.message
  return `no broker answered${reason === undefined ? '' : `: ${reason}`}`
}
