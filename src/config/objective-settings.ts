import type { Objective } from '../model/snapshot.ts'
import { formatDuration } from './duration.ts'
import { type Fault, shown } from './fault.ts'
import { type Find, fileLayer, firstOf } from './layers.ts'
import { OBJECTIVE } from './objective-options.ts'
import type { Option } from './option.ts'
import type { ObjectiveSettings } from './settings.ts'

/** One objective's settings. `prefix`: `clusters[0].objectives[0].` After a fault the result means nothing. */
export function objectiveSettings(scope: unknown, prefix: string, faults: Fault[]): ObjectiveSettings {
  const find = firstOf([fileLayer(scope, prefix)], option => `${prefix}${option.path}`)
  const groups = find(OBJECTIVE.groups)
  if (!groups.given) {
    faults.push({ at: groups.at, problem: `got nothing, expected ${OBJECTIVE.groups.type.expected}` })
  }
  return { groups: groups.value ?? [], objective: objectiveFrom(find, faults) }
}

/** What holds for a group that no objective is about. */
export const DEFAULT_OBJECTIVE: Objective = objectiveFrom(
  firstOf([], () => ''),
  [],
)

/** The objective in force for a group: the first whose patterns match it, or else the default. */
export function objectiveFor(objectives: readonly ObjectiveSettings[], group: string): Objective {
  const first = objectives.find(({ groups }) => groups.some(pattern => pattern.test(group)))
  return first?.objective ?? DEFAULT_OBJECTIVE
}

function objectiveFrom(find: Find, faults: Fault[]): Objective {
  const setting = <Value>(option: Option<Value, ObjectiveSettings>): Value =>
    find(option).value ?? option.fallback!
  return {
    lagMs: find(OBJECTIVE.lag).value ?? null,
    stalledAfterMs: setting(OBJECTIVE.stalledAfter),
    stalledAfterMaxMs: stalledAfterMax(find, faults),
    clock: setting(OBJECTIVE.clock),
    isolation: setting(OBJECTIVE.isolation),
  }
}

function stalledAfterMax(find: Find, faults: Fault[]): number {
  const floor = find(OBJECTIVE.stalledAfter)
  const most = find(OBJECTIVE.stalledAfterMax)
  const least = floor.value ?? 0
  if (!most.given) return Math.max(most.value ?? 0, least)
  if (most.value !== undefined && most.value < least) {
    const expected = `at least stalled_after (${formatDuration(least)})`
    faults.push({ at: most.at, problem: `got ${shown(formatDuration(most.value))}, expected ${expected}` })
  }
  return most.value ?? 0
}
