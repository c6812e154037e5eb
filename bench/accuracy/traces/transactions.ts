import { Random } from '../random.ts'
import { consume } from './consumers.ts'
import {
  ABORTED,
  COMMIT_EVERY_MS,
  CONTROL,
  DATA,
  DAY,
  type Expectation,
  HOUR,
  type LogTrace,
  MINUTE,
  type Moves,
  movesOf,
  NEVER,
  type PartitionTrace,
  plainLog,
  SECOND,
  type Span,
  type Trace,
  type TraceOptions,
  traceOf,
  valueAt,
} from './trace.ts'
import { duringWork, wedgesOf } from './wedges.ts'

const ABORTED_SHARE = 0.2

/**
 * A producer that writes transactions of up to 20 records within 2 s, a fifth of them aborted, and read-committed
 * consumers: two of four commit the last record's offset + 1, so that a marker is left for ever, the others their position.
 */
export function transactions(options: TraceOptions): Trace {
  return transactional('transactions with aborts', options, () => null, 'read_committed')
}

/** The same where nobody has told that the group reads committed data only. */
export function transactionsUndeclared(options: TraceOptions): Trace {
  return transactional('transactions, isolation not declared', options, () => null, 'auto')
}

/** On every other partition a second producer dies in the middle of a transaction, and somebody ends it 7 h later. */
export function hungTransaction(options: TraceOptions): Trace {
  const from = Math.floor(options.days * DAY * 0.3)
  const hung = (p: number) =>
    p % 2 === 1 ? { from: from + p * MINUTE, to: from + p * MINUTE + 7 * HOUR } : null
  return transactional('hung transaction', { ...options, wedged: false }, hung, 'auto')
}

function transactional(
  name: string,
  options: TraceOptions,
  hungOf: (partition: number) => Span | null,
  isolation: 'auto' | 'read_committed',
): Trace {
  const durationMs = options.days * DAY
  const expectations: Expectation[] = []
  const partitions = Array.from({ length: options.partitions }, (_, p): PartitionTrace => {
    const random = new Random(options.seed * 10_007 + p)
    const hung = hungOf(p)
    const { log, visibleAt } = writeTransactions(random, durationMs, hung)
    const read = log.appendedAt.map((_, i) => i).filter(i => visibleAt[i] !== NEVER)
    const arrivals = Uint32Array.from(read, i => visibleAt[i] as number)
    const wedges = duringWork(wedgesOf(options, random, p), arrivals)
    const counted = consume(arrivals, {
      workMs: 5,
      commitEveryMs: COMMIT_EVERY_MS,
      phaseMs: p * 50,
      pauses: wedges,
    })
    const commits: Moves = {
      at: counted.at,
      to: counted.to.map((n, i) => {
        const next = (read[n - 1] as number) + 1
        return p % 4 >= 2 ? positionFrom(log, next, counted.at[i] as number) : next
      }),
    }
    if (hung !== null) {
      expectations.push({ partition: p, state: 'hung_transaction', ...hung, patienceMs: 15 * MINUTE })
    }
    return { logs: [log], commits, wedges }
  })
  return traceOf(name, durationMs, partitions, { objective: { isolation }, expectations })
}

/** Where a consumer's own position is: beyond the markers and aborted records that it has come to. */
function positionFrom(log: LogTrace, offset: number, at: number): number {
  const stable = log.stables === null ? NEVER : valueAt(log.stables, at, NEVER)
  const isSkipped = (o: number) =>
    log.kinds?.[o] === CONTROL || (log.kinds?.[o] === ABORTED && (log.abortedAt?.[o] as number) <= at)
  let position = offset
  while (position < stable && (log.appendedAt[position] ?? NEVER) <= at && isSkipped(position)) position++
  return position
}

/** One log, and when a read-committed consumer could read each record: NEVER for markers and aborted ones. */
function writeTransactions(
  random: Random,
  durationMs: number,
  hung: Span | null,
): { readonly log: LogTrace; readonly visibleAt: Uint32Array } {
  const appendedAt: number[] = []
  const kinds: number[] = []
  const visibleAt: number[] = []
  const abortedAt: number[] = []
  const stables: [number, number][] = []
  let isHung = false
  const append = (at: number, kind: number, visible: number, aborted = NEVER) => {
    appendedAt.push(at)
    kinds.push(kind)
    visibleAt.push(visible)
    abortedAt.push(aborted)
  }
  for (let t = 0; ; ) {
    t = Math.floor(t + random.exponential(20 * SECOND))
    if (t + 3 * SECOND >= durationMs) break
    if (hung !== null && !isHung && t >= hung.from) {
      isHung = true
      stables.push([t, appendedAt.length])
      for (let i = 0; i < 3; i++) append(t, ABORTED, NEVER, hung.to)
    }
    const isHeld = hung !== null && isHung && t < hung.to
    if (isHung && hung !== null && t >= hung.to && stables.at(-1)?.[1] !== NEVER) {
      append(t, CONTROL, NEVER)
      stables.push([hung.to, NEVER])
    }
    const records = 1 + Math.floor(random.between(0, 20))
    const marker = t + 2 * SECOND
    const isAborted = random.next() < ABORTED_SHARE
    if (!isHeld) stables.push([t, appendedAt.length])
    const visible = isAborted ? NEVER : isHeld ? Math.max(marker, hung?.to ?? 0) : marker
    for (let i = 0; i < records; i++) {
      append(t + i * 90, isAborted ? ABORTED : DATA, visible, isAborted ? marker : NEVER)
    }
    append(marker, CONTROL, NEVER)
    if (!isHeld) stables.push([marker, NEVER])
    t = marker
  }
  const log = plainLog(Uint32Array.from(appendedAt), {
    kinds: Uint8Array.from(kinds),
    abortedAt: Uint32Array.from(abortedAt),
    stables: movesOf(stables),
  })
  return { log, visibleAt: Uint32Array.from(visibleAt) }
}
