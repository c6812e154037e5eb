import { readFileSync } from 'node:fs'

/** Shorter turns are not told apart; the times of a longer one are right to about as much. */
const TOLD_MS = 1

/** The longest times in which the event loop served nobody. */
export interface LoopBlock {
  /** Longest turn, by the wall. */
  readonly wallMs: number
  /** Of that turn: how long the main thread waited for a core that others had. NaN where unknown. */
  readonly waitedMs: number
  /** The most that the main thread ran in one turn. NaN where unknown. */
  readonly onCpuMs: number
}

export interface LoopWatch {
  stop(): LoopBlock
}

/**
 * Watches the loop by an immediate that schedules itself: never asleep, so nothing longer than one turn escapes it,
 * unlike the sampling histogram of perf_hooks, which misses a block that straddles its reset.
 */
export function watchLoop(): LoopWatch {
  let longest: LoopBlock = { wallMs: 0, waitedMs: 0, onCpuMs: 0 }
  let isOn = true
  let turn = performance.now()
  let timesAt = turn
  let times = mainThreadTimes()
  const next = () => {
    const now = performance.now()
    const wallMs = now - turn
    // Reading the kernel's times costs more than a turn: only after turns that may matter, and now and then.
    if (wallMs > TOLD_MS || now - timesAt > TOLD_MS) {
      const after = mainThreadTimes()
      const onCpuMs = Math.max(longest.onCpuMs, Math.min(wallMs, after.ran - times.ran))
      longest =
        wallMs > longest.wallMs
          ? { wallMs, waitedMs: after.waited - times.waited, onCpuMs }
          : { ...longest, onCpuMs }
      times = after
      timesAt = now
    }
    turn = performance.now()
    if (isOn) setImmediate(next)
  }
  setImmediate(next)
  return {
    stop() {
      isOn = false
      return longest
    },
  }
}

/** Milliseconds since the thread began, by the Linux scheduler. */
function mainThreadTimes(): { ran: number; waited: number } {
  try {
    const [ran, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
    return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 }
  } catch {
    return { ran: Number.NaN, waited: Number.NaN }
  }
}
