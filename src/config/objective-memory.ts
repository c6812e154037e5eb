import type { Objective } from '../model/snapshot.ts'
import { DEFAULT_OBJECTIVE, objectiveFor } from './objective-settings.ts'
import type { ObjectiveSettings } from './settings.ts'

/** A group that nobody asked about for one to two of these is forgotten. */
const FORGET_AFTER_MS = 600_000
/** Nor are there ever more than twice as many, whatever the clock does. */
const MOST = 100_000

/** The objective of each group; patterns are matched once for each that is there, and not again at every poll. */
export function rememberedObjectives(
  objectives: readonly ObjectiveSettings[],
  clock: () => number,
  most = MOST,
): (group: string) => Objective {
  if (objectives.length === 0) return () => DEFAULT_OBJECTIVE
  let recent = new Map<string, Objective>()
  let earlier = new Map<string, Objective>()
  let since = clock()
  return group => {
    const now = clock()
    if (recent.size >= most || Math.abs(now - since) >= FORGET_AFTER_MS) {
      earlier = recent
      recent = new Map()
      since = now
    }
    let objective = recent.get(group)
    if (objective !== undefined) return objective
    objective = earlier.get(group) ?? objectiveFor(objectives, group)
    recent.set(group, objective)
    return objective
  }
}
