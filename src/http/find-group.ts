import type { Estate } from '../model/ports.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { GroupRef } from './api/group-summary.ts'
import { HttpFault } from './faults.ts'
import { oneClusterOf } from './parameters.ts'

/** The group of that name in the one cluster that the query is about. Throws HttpFault where there is none. */
export function findGroup(estate: Estate, name: string, query: URLSearchParams): GroupRef {
  const { handle, snapshot } = oneClusterOf(estate, query)
  const g = positionOf(snapshot.layout.groups, name)
  if (g >= 0) return { handle, snapshot, g }
  throw notFound(snapshot, name)
}

function notFound(snapshot: Snapshot, name: string): HttpFault {
  const reason = snapshot.missingGroups.get(name)
  if (reason === undefined) return new HttpFault(404, 'GROUP_NOT_FOUND', 'there is no group of that name')
  if (reason.kind === 'absent') {
    return new HttpFault(
      404,
      'GROUP_NOT_FOUND',
      'the group is configured, and the cluster says that it does not exist',
    )
  }
  const what = reason.kind === 'denied' ? 'may not be read' : 'could not be asked for'
  return new HttpFault(503, 'GROUP_UNREADABLE', `the group is configured, but ${what}: ${reason.code}`)
}

/** By bisection: groups are in order of their names. */
function positionOf(names: readonly string[], name: string): number {
  let low = 0
  let high = names.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const candidate = names[middle] as string
    if (candidate === name) return middle
    if (candidate < name) low = middle + 1
    else high = middle - 1
  }
  return -1
}
