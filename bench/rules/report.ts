import type { EvaluationTimes } from './evaluation-times.ts'

/** A table of the groups: what an evaluation costs, of those within the last `lastMs`. */
export function groupTable(times: EvaluationTimes, lastMs: number): string {
  const rows = [...times.groups].map(([name, { intervalSeconds, evaluations }]) => {
    const from = Date.now() - lastMs
    const seconds = [...evaluations.values()]
      .filter(({ at }) => at >= from)
      .map(e => e.seconds)
      .sort((a, b) => a - b)
    const median = seconds[Math.floor(seconds.length / 2)] ?? Number.NaN
    const most = seconds.at(-1) ?? Number.NaN
    const share = most / intervalSeconds
    const verdict = share < 0.1 ? 'reached' : '**not reached**'
    return `| ${name} | ${intervalSeconds} | ${seconds.length} | ${median.toFixed(3)} | ${most.toFixed(3)} | ${share.toFixed(3)} | ${verdict} |`
  })
  return [
    '| group | interval s | evaluations | median s | most s | most, share of the interval | goal < 0.1 |',
    '|---|--:|--:|--:|--:|--:|---|',
    ...rows,
    '',
  ].join('\n')
}

export function dearestRules(times: EvaluationTimes, count: number): string {
  const rules = [...times.groups]
    .flatMap(([group, { rules }]) => rules.map(rule => ({ group, ...rule })))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, count)
    .map(({ group, name, seconds }) => `| ${name} | ${group} | ${seconds.toFixed(3)} |`)
  return ['| dearest rules | group | last evaluation s |', '|---|---|--:|', ...rules, ''].join('\n')
}
