import { FAULTS_OF_DEAD_LETTERS } from './faults-of-dead-letters.ts'
import { FAULTS_OF_LAG } from './faults-of-lag.ts'
import { FAULTS_OF_PROGRESS } from './faults-of-progress.ts'
import { FAULTS_OF_SCHEMAS } from './faults-of-schemas.ts'
import type { Scenario } from './scenario.ts'

export const FAULTS: readonly Scenario[] = [
  ...FAULTS_OF_PROGRESS,
  ...FAULTS_OF_LAG,
  ...FAULTS_OF_DEAD_LETTERS,
  ...FAULTS_OF_SCHEMAS,
]
