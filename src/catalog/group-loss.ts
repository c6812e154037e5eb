import type { Family } from './family.ts'
import { blockCounter, sparseTimes } from './group-columns.ts'

/** What retention takes before it is consumed. */
export const GROUP_LOSS: readonly Family[] = [
  sparseTimes(
    {
      name: 'kafka_consumergroup_retention_headroom_seconds',
      help: 'Time until retention may delete the first record that is not yet committed, if the consumer stopped now: a lower bound; there only below loss_horizon',
    },
    ({ cells: { headroomMs } }) => headroomMs && (c => headroomMs[c] as number),
  ),
  sparseTimes(
    {
      name: 'kafka_consumergroup_time_to_loss_seconds',
      help: 'Estimate at present speeds of the time until retention overtakes the consumer; there only below loss_horizon',
    },
    ({ cells: { timeToLossMs } }) => timeToLossMs && (c => timeToLossMs[c] as number),
  ),
  blockCounter(
    {
      name: 'kafka_consumergroup_lost_offsets_total',
      help: 'Offsets that retention deleted before they were committed',
    },
    s => b => s.blocks.lost[b] as number,
  ),
]
