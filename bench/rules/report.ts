import type { Evaluation, EvaluationTimes, GroupTimes } from './evaluation-times.ts'

const GOAL = 0.1

/**
 * A table of the groups: what an evaluation costs. The first two of each are left out: they make all alerts and recorded
 * series at once, beside the first scrapes, which make all others.
 */
export function groupTable(times: EvaluationTimes): string {
  const scrapes = [...times.scrapes.values()]
  const counted = [...times.groups].map(([name, group]) => ({
    name,
    intervalSeconds: group.intervalSeconds,
    evaluations: afterTheFirst(group),
  }))
  const rows = counted.map(({ name, intervalSeconds, evaluations }) => {
    const undisturbed = evaluations.filter(e => !scrapes.some(scrape => overlap(e, scrape)))
    const median = secondsAt(evaluations, 0.5)
    const most = secondsAt(evaluations, 1)
    return row([
      name,
      intervalSeconds,
      evaluations.length,
      median.toFixed(3),
      most.toFixed(3),
      undisturbed.length === 0 ? '–' : secondsAt(undisturbed, 1).toFixed(3),
      (median / intervalSeconds).toFixed(3),
      (most / intervalSeconds).toFixed(3),
      most / intervalSeconds < GOAL ? 'reached' : '**not reached**',
    ])
  })
  const sum = counted.reduce((all, g) => all + secondsAt(g.evaluations, 0.5) / g.intervalSeconds, 0)
  return [
    row([
      'group',
      'interval s',
      'evaluations',
      'median s',
      'most s',
      'most s while nothing was scraped',
      'median, share of the interval',
      'most, share of the interval',
      `goal < ${GOAL}`,
    ]),
    '|---|--:|--:|--:|--:|--:|--:|--:|---|',
    ...rows,
    row(['all', '', '', '', '', '', sum.toFixed(3), '', '']),
    '',
  ].join('\n')
}

export function dearestRules(times: EvaluationTimes, count: number): string {
  const rules = [...times.groups]
    .flatMap(([group, { rules }]) => rules.map(rule => ({ group, ...rule })))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, count)
    .map(({ group, name, seconds }) => row([name, group, seconds.toFixed(3)]))
  return ['| dearest rules | group | last evaluation s |', '|---|---|--:|', ...rules, ''].join('\n')
}

function afterTheFirst({ evaluations }: GroupTimes): readonly Evaluation[] {
  return [...evaluations.values()].sort((a, b) => a.at - b.at).slice(2)
}

function overlap(a: Evaluation, b: Evaluation): boolean {
  return a.at < b.at + b.seconds * 1000 && b.at < a.at + a.seconds * 1000
}

/** By rank: 0.5 is the median, 1 the most. */
function secondsAt(evaluations: readonly Evaluation[], share: number): number {
  const sorted = evaluations.map(e => e.seconds).sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
