import type { Query } from './query.ts'

/**
 * What the processes of a service count, together: unlike replicas of one exporter each counts something else.
 *
 * @param labels that are taken away beside those of the processes
 */
export function ofAllProcesses(q: Query, expression: string, ...labels: readonly string[]): string {
  return `sum without (${q.without(...labels)}) (${expression})`
}
