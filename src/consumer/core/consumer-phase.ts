/** Where a consumer is in its life, as its events tell. */
export type ConsumerPhase =
  | 'new' //         nothing heard of it yet
  | 'joining' //     connected, or started again after a crash
  | 'consuming' //   a member of its group
  | 'rebalancing' // was a member, and joins anew
  | 'stopped' //     by its own program
  | 'crashed' //     for good: KafkaJS does not start it again

export type PhaseEvent = 'connect' | 'join' | 'rebalance' | 'stop' | 'crash' | 'crash_and_restart'

/** KafkaJS disconnects before it tells of a crash, so that a stop may turn into one. */
const NEXT: Readonly<Record<PhaseEvent, ConsumerPhase>> = {
  connect: 'joining',
  join: 'consuming',
  rebalance: 'rebalancing',
  stop: 'stopped',
  crash: 'crashed',
  crash_and_restart: 'joining',
}

export function nextPhase(event: PhaseEvent): ConsumerPhase {
  return NEXT[event]
}

/** Whether its loop should turn. */
export function isRunning(phase: ConsumerPhase): boolean {
  return phase === 'joining' || phase === 'consuming' || phase === 'rebalancing'
}
