import { type SimulatedCluster, startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'

/** How many of each thing happen, each once and to something of its own. */
export const EVENTS = 30

/** Topics of one partition: `advance-7` gets one commit forward in its life, `rewind-7` one back. */
export type EventKind = 'advance' | 'rewind' | 'rebalance' | 'fault'
const KINDS: readonly EventKind[] = ['advance', 'rewind', 'rebalance', 'fault']

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

/** A cluster in which something new happens several times a second, and that knows exactly what has happened. */
export async function startMovingCluster(random: () => number): Promise<MovingCluster> {
  const simulated = await startSimulatedCluster({ keepRequests: 0, keepBodies: false })
  const { state } = simulated
  state.addTopic({ name: 'busy', partitions: 3, highWatermark: 1_000 })
  state.addGroup({ id: 'busy', commits: { busy: [900, 900, 900] } })
  for (let i = 0; i < EVENTS; i++) {
    for (const kind of ['advance', 'rewind', 'fault'])
      state.addTopic({ name: `${kind}-${i}`, highWatermark: 1_000 })
    state.addGroup({
      id: `member-${i}`,
      commits: { [`advance-${i}`]: [500], [`rewind-${i}`]: [500] },
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
    const event = left.splice(Math.floor(random() * left.length), 1)[0]
    if (event !== undefined && random() < 0.5) happen(event)
    else if (event !== undefined) left.push(event)
  }
  return {
    simulated,
    brokers: simulated.bootstrap.map(({ host, port }) => `${host}:${port}`).join(','),
    happenedAt: (kind, index) => times.get(`${kind}-${index}`),
    begin() {
      timer ??= setInterval(step, 100)
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
