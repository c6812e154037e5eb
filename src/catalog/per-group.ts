import type { GroupView } from '../model/snapshot.ts'
import type { SampleFamily } from './family.ts'

/** One sample for each group whose value is not NaN. */
export function perGroup(name: string, help: string, value: (group: GroupView) => number): SampleFamily {
  return {
    type: 'gauge',
    onByDefault: true,
    subject: 'Consumer groups',
    kind: 'sample',
    name,
    help,
    labels: ['consumergroup'],
    *samples(s) {
      for (const g of s.groups) {
        const v = value(g)
        if (!Number.isNaN(v)) yield [v, g.id]
      }
    },
  }
}
