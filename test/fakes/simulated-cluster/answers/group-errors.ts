import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import type { SimulatedGroup } from '../group-state.ts'

/**
 * What is in the way of an answer about one group, 0 if nothing; in a broker's order: authorisation, coordinator.
 * Asked at the wrong broker, a group that does not exist gives NOT_COORDINATOR as well; the simulation has no
 * coordinator for unknown groups, so every broker counts as theirs.
 */
export function groupError(ask: Ask, id: string, group: SimulatedGroup | undefined): number {
  const fault = ask.faults.itemError({ group: id }, true)
  if (fault !== 0) return fault
  if (group?.visible === false) return ERROR_NUMBERS.GROUP_AUTHORIZATION_FAILED
  if (group && group.coordinator !== ask.node) return ERROR_NUMBERS.NOT_COORDINATOR
  return 0
}
