import type { Clock, Log } from '../model/ports.ts'

const QUIET_MS = 60_000
const MOST_REASONS = 50

/** Logs why connections are refused, each reason once a minute: who is refused may come back as often as he likes. */
export function refusedConnections(log: Log, now: Clock): (reason: string, from: string) => void {
  const told = new Map<string, number>()
  return (reason, from) => {
    const at = now()
    if (at - (told.get(reason) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return
    if (told.size >= MOST_REASONS) told.clear()
    told.set(reason, at)
    log.warn({ from }, `HTTPS connection refused: ${reason}`)
  }
}
