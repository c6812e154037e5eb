import { CLUSTER } from './cluster.ts'
import { CONSUMER } from './consumer.ts'
import { DEAD_LETTERS } from './dead-letters.ts'
import { EXPORTER } from './exporter.ts'
import { FLEET } from './fleet.ts'
import { GROUP } from './group.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { SCHEMA } from './schema.ts'
import { SERVICES } from './services.ts'
import { TOPIC } from './topic.ts'

/** From the many to the one. */
export const DASHBOARDS: readonly DashboardSpec[] = [
  FLEET,
  GROUP,
  TOPIC,
  DEAD_LETTERS,
  SCHEMA,
  SERVICES,
  CONSUMER,
  CLUSTER,
  EXPORTER,
]
