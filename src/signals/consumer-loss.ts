import type { Signal } from './signal.ts'

export const RETENTION_LEFT: Signal = {
  id: 'retention-left',
  title: 'Share of the retention that is left',
  description:
    'How much of its time in the log the oldest uncommitted record still has: 1 when it was just written, 0 when retention may delete it now. The worst partition of the topic, whatever its retention.',
  unit: 'percentunit',
  labels: ['consumergroup', 'topic'],
  expression: q => {
    const headroom = q.now('kafka_consumergroup_retention_headroom_seconds')
    const lag = q.now('kafka_consumergroup_lag_seconds')
    return `min without (partition) (${headroom} / (${headroom} + ${lag}))`
  },
}

export const RETENTION_HEADROOM: Signal = {
  id: 'retention-headroom',
  title: 'Retention headroom',
  description:
    'Time until retention may delete the oldest uncommitted record, if the consumer stopped now: a lower bound. The worst partition of the topic; nothing where no loss is in sight.',
  unit: 's',
  labels: ['consumergroup', 'topic'],
  expression: q => `min without (partition) (${q.now('kafka_consumergroup_retention_headroom_seconds')})`,
}

export const LOST_OFFSETS: Signal = {
  id: 'lost-offsets',
  title: 'Lost offsets',
  description: 'Offsets that were deleted before the group had committed them, counted exactly.',
  unit: 'short',
  labels: ['consumergroup', 'topic'],
  expression: q => q.now('kafka_consumergroup_lost_offsets_total'),
}

export const TIME_TO_LOSS: Signal = {
  id: 'time-to-loss',
  title: 'Time to loss',
  description:
    'Estimate at present speeds of when retention overtakes the consumer. The worst partition of the topic; nothing where it does not.',
  unit: 's',
  labels: ['consumergroup', 'topic'],
  expression: q => `min without (partition) (${q.now('kafka_consumergroup_time_to_loss_seconds')})`,
}
