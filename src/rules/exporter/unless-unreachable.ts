import type { Query } from '../../signals/query.ts'
import { CLUSTER_UP } from '../../signals/reachability.ts'

/**
 * For alerts about each group or topic that cannot be read: while no broker answers that is so of all of them, and one
 * alert about the cluster is enough.
 *
 * @param labels those of the alert beside those of the target
 */
export function unlessUnreachable(q: Query, ...labels: readonly string[]): string {
  return `unless ignoring (${labels.join(', ')}) ${CLUSTER_UP.expression(q)} == 0`
}
