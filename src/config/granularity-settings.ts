import type { Fault } from './fault.ts'
import { GRANULARITY } from './granularity-options.ts'
import { fileLayer, firstOf } from './layers.ts'
import type { GranularitySettings } from './settings.ts'

/** One granularity's settings. `prefix`: `metrics.granularity[0].` After a fault the result means nothing. */
export function granularitySettings(scope: unknown, prefix: string, faults: Fault[]): GranularitySettings {
  const find = firstOf([fileLayer(scope, prefix)], option => `${prefix}${option.path}`)
  const groups = find(GRANULARITY.groups)
  const topics = find(GRANULARITY.topics)
  const granularity = find(GRANULARITY.granularity)
  if (!groups.given && !topics.given) {
    const problem = 'got neither groups nor topics, expected one of them or both'
    faults.push({ at: prefix.slice(0, -1), problem })
  }
  if (!granularity.given) {
    faults.push({
      at: granularity.at,
      problem: `got nothing, expected ${GRANULARITY.granularity.type.expected}`,
    })
  }
  return {
    groups: groups.value ?? null,
    topics: topics.value ?? null,
    granularity: granularity.value ?? 'partition',
  }
}
