import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Of Linux, in /proc, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100
const SAMPLE_MS = 100

/** Seconds of CPU that a process has used: user and system, all its threads. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Share of a core over so many seconds. */
export async function cpuShare(pid: number, seconds: number): Promise<number> {
  const [cpu, start] = [cpuSeconds(pid), performance.now()]
  await pause(seconds * 1_000)
  return ((cpuSeconds(pid) - cpu) * 1_000) / (performance.now() - start)
}

export function rssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return (Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1_024) / 1e6
}

/** The highest resident set while it lasts, looked at ten times a second. */
export async function peakRssMb(pid: number, during: Promise<unknown>): Promise<number> {
  let isOver = false
  const ended = during.finally(() => {
    isOver = true
  })
  let peak = rssMb(pid)
  while (!isOver) {
    await Promise.race([pause(SAMPLE_MS), ended.catch(() => {})])
    peak = Math.max(peak, rssMb(pid))
  }
  await ended
  return peak
}
