import type { Fault } from './fault.ts'
import { GRANULARITY } from './granularity-options.ts'
import { fileLayer, firstOf } from './layers.ts'
import { anchoredSource } from './pattern.ts'
import type { GranularitySettings } from './settings.ts'

/**
 * One granularity's settings. `prefix`: `metrics.granularity[0].` After a fault the result means nothing.
 * @param clusterNames '' for the one without a name
 */
export function granularitySettings(
  scope: unknown,
  prefix: string,
  clusterNames: readonly string[],
  faults: Fault[],
): GranularitySettings {
  const find = firstOf([fileLayer(scope, prefix)], option => `${prefix}${option.path}`)
  const clusters = find(GRANULARITY.clusters)
  const groups = find(GRANULARITY.groups)
  const topics = find(GRANULARITY.topics)
  const granularity = find(GRANULARITY.granularity)
  if (!clusters.given && !groups.given && !topics.given) {
    const problem = 'got neither clusters nor groups nor topics, expected at least one of them'
    faults.push({ at: prefix.slice(0, -1), problem })
  }
  clusters.value?.forEach((pattern, i) => {
    if (clusterNames.some(name => pattern.test(name))) return
    const problem = `got ${JSON.stringify(anchoredSource(pattern))}, expected the name of a cluster, or a pattern of one`
    faults.push({ at: `${clusters.at}[${i}]`, problem })
  })
  if (!granularity.given) {
    const { expected } = GRANULARITY.granularity.type
    faults.push({ at: granularity.at, problem: `got nothing, expected ${expected}` })
  }
  return {
    clusters: clusters.value ?? null,
    groups: groups.value ?? null,
    topics: topics.value ?? null,
    granularity: granularity.value ?? 'partition',
  }
}
