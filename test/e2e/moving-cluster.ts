import { SimulatedLog } from '../fakes/simulated-cluster/log/simulated-log.ts'
import { type SimulatedCluster, startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'

/** How many of each thing happen, each once and to something of its own. */
export const EVENTS = 30

/**
 * Topics of one partition: `advance-7` gets one commit forward in its life, `rewind-7` one back, `loss-7` loses records,
 * `future-7` gets one that is stamped an hour ahead.
 */
export type EventKind = 'advance' | 'rewind' | 'rebalance' | 'fault' | 'loss' | 'future'
const KINDS: readonly EventKind[] = ['advance', 'rewind', 'rebalance', 'fault', 'loss', 'future']
/** Each `loss` takes as many offsets that were not consumed. */
export const LOST = 200
const STEP_MS = 100

export interface MovingCluster {
  readonly simulated: SimulatedCluster
  readonly brokers: string
  /** When (Unix milliseconds) the event happened; undefined before. */
  happenedAt(kind: EventKind, index: number): number | undefined
  /** Lets events happen from now on, at random moments. */
  begin(): void
  /** All that have not happened yet. */
  finish(): void
  close(): Promise<void>
}

/**
 * A cluster in which something new happens, and that knows exactly what has happened. The group `busy` keeps up with
 * its topic, `stuck` never moves on its own.
 *
 * @param lastsMs over which time the events are spread
 */
export async function startMovingCluster(random: () => number, lastsMs: number): Promise<MovingCluster> {
  const simulated = await startSimulatedCluster({ keepRequests: 0, keepBodies: false })
  const { state } = simulated
  state.addTopic({ name: 'busy', partitions: 3 })
  for (let p = 0; p < 3; p++) {
    state.keepLog('busy', p)
    state.produce('busy', p, 1_000)
  }
  const busy = { memberId: 'b', clientId: 'client', assignment: { busy: [0, 1, 2] } }
  state.addGroup({ id: 'busy', state: 'Stable', commits: { busy: [900, 900, 900] }, members: [busy] })
  state.addTopic({ name: 'stuck', highWatermark: 1_000 })
  const stuck = { memberId: 's', clientId: 'client', assignment: { stuck: [0] } }
  state.addGroup({ id: 'stuck', state: 'Stable', commits: { stuck: [500] }, members: [stuck] })
  for (let i = 0; i < EVENTS; i++) {
    state.addTopic({ name: `future-${i}` })
    state.keepLog(`future-${i}`, 0)
    for (const kind of ['advance', 'rewind', 'fault', 'loss'])
      state.addTopic({ name: `${kind}-${i}`, highWatermark: 1_000 })
    state.addGroup({
      id: `member-${i}`,
      commits: {
        [`advance-${i}`]: [500],
        [`rewind-${i}`]: [500],
        [`loss-${i}`]: [500],
        [`future-${i}`]: [0],
      },
      members: [{ memberId: `m-${i}`, clientId: 'client', assignment: { [`advance-${i}`]: [0] } }],
    })
  }
  const times = new Map<string, number>()
  const left = KINDS.flatMap(kind => Array.from({ length: EVENTS }, (_, index) => ({ kind, index })))
  let timer: NodeJS.Timeout | undefined

  const happen = ({ kind, index }: { kind: EventKind; index: number }) => {
    const group = state.group(`member-${index}`)
    if (kind === 'advance') group.commit(`advance-${index}`, 0, 600)
    if (kind === 'rewind') group.commit(`rewind-${index}`, 0, 400)
    if (kind === 'loss') state.partition(`loss-${index}`, 0).logStart = 500 + LOST
    if (kind === 'future') {
      const { log } = state.partition(`future-${index}`, 0)
      if (log instanceof SimulatedLog) log.append([Date.now() + 3_600_000])
    }
    if (kind === 'rebalance') group.state = 'PreparingRebalance'
    if (kind === 'fault')
      simulated.fault({
        api: 'ListOffsets',
        topic: `fault-${index}`,
        error: 'OFFSET_NOT_AVAILABLE',
        times: 1,
      })
    times.set(`${kind}-${index}`, Date.now())
  }
  const step = () => {
    for (let p = 0; p < 3; p++) {
      state.produce('busy', p, 10)
      state.group('busy').commit('busy', p, state.partition('busy', p).highWatermark - 50)
    }
    if (random() >= (KINDS.length * EVENTS * STEP_MS) / lastsMs) return
    const event = left.splice(Math.floor(random() * left.length), 1)[0]
    if (event !== undefined) happen(event)
  }
  return {
    simulated,
    brokers: simulated.bootstrap.map(({ host, port }) => `${host}:${port}`).join(','),
    happenedAt: (kind, index) => times.get(`${kind}-${index}`),
    begin() {
      timer ??= setInterval(step, STEP_MS)
    },
    finish() {
      for (const event of left.splice(0)) happen(event)
    },
    async close() {
      clearInterval(timer)
      await simulated.close()
    },
  }
}
