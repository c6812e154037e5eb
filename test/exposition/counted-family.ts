import type { Family } from '../../src/catalog/family.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { familiesNamed } from './exposed.ts'

/** The lag family, and how often it was begun and how many of its values were computed. */
export function countedFamily() {
  const count = { renders: 0, values: 0 }
  const families: readonly Family[] = familiesNamed('kafka_consumergroup_lag').map(family =>
    family.kind !== 'column'
      ? family
      : {
          ...family,
          column(snapshot: Snapshot) {
            const column = family.column(snapshot)
            count.renders++
            return (
              column &&
              (position => {
                count.values++
                return column(position)
              })
            )
          },
        },
  )
  return { families, count }
}
