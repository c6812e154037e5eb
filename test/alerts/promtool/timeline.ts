/** The value of a series at a time in seconds from the start; null where the exporter does not publish it. */
export type Timeline = (seconds: number) => number | null

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** "1h30m" in seconds. */
export function seconds(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)]
  if (parts.map(([part]) => part).join('') !== text) throw new Error(`not a duration: ${text}`)
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit as string] as number), 0)
}

export const steady =
  (value: number): Timeline =>
  () =>
    value

/** From `start` on, so much more each second. */
export const growing =
  (perSecond: number, start = 0): Timeline =>
  t =>
    start + perSecond * t

export const absent: Timeline = () => null

/** Up from 0 for a period, then again: lag in time of a job that commits once a period. */
export const sawtooth =
  (period: string, slope = 1): Timeline =>
  t =>
    slope * (t % seconds(period))

/** One after another: `stages(absent, ['10m', growing(1)], ['15m', absent])`; a stage's time begins with it. */
export function stages(
  first: Timeline,
  ...later: readonly (readonly [from: string, timeline: Timeline])[]
): Timeline {
  const starts = later.map(([from, timeline]) => [seconds(from), timeline] as const)
  return t => {
    const stage = starts.findLast(([from]) => t >= from)
    return stage ? stage[1](t - stage[0]) : first(t)
  }
}
