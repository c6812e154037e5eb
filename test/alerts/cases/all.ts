import type { AlertCase } from '../promtool/alert-case.ts'
import { CLIENT_PROGRESS } from './client-progress.ts'
import { CLIENT_RECORDS } from './client-records.ts'
import { CONSUMER_BURN } from './consumer-burn.ts'
import { CONSUMER_FALLING_BEHIND } from './consumer-falling-behind.ts'
import { CONSUMER_LAG } from './consumer-lag.ts'
import { CONSUMER_LOSS } from './consumer-loss.ts'
import { CONSUMER_PROGRESS } from './consumer-progress.ts'
import { CONSUMER_RESTARTS } from './consumer-restarts.ts'
import { DEAD_LETTERS, DEAD_LETTERS_OF_A_DAY } from './dead-letters.ts'
import { DEPENDENCIES } from './dependencies.ts'
import { DEAD_LETTER_EDGES } from './edges-dead-letters.ts'
import { KEPT_DEAD_LETTER_EDGES } from './edges-dead-letters-kept.ts'
import { EXPORTER_EDGES } from './edges-exporter.ts'
import { FALLING_BEHIND_EDGES } from './edges-falling-behind.ts'
import { KAFKA_EXPORTER_CLUSTER_EDGES } from './edges-kafka-exporter-cluster.ts'
import { KAFKA_EXPORTER_CONSUMER_EDGES } from './edges-kafka-exporter-consumers.ts'
import { KAFKA_EXPORTER_TREND_EDGES } from './edges-kafka-exporter-trend.ts'
import { LAG_EDGES, LOSS_EDGES } from './edges-lag-loss.ts'
import { PROGRESS_EDGES } from './edges-progress.ts'
import { REACHABILITY_EDGES } from './edges-reachability.ts'
import { SCHEMA_EDGES } from './edges-schema.ts'
import { EXPORTER } from './exporter.ts'
import { JMX } from './jmx.ts'
import { JMX_RECORDED } from './jmx-recorded.ts'
import { KAFKA_EXPORTER_CLUSTER } from './kafka-exporter-cluster.ts'
import { KAFKA_EXPORTER_CONSUMERS } from './kafka-exporter-consumers.ts'
import { REACHABILITY } from './reachability.ts'
import { SCHEMA } from './schema.ts'
import { SERVICES } from './services.ts'
import { KAFKA_EXPORTER_VANISHED, VANISHED } from './vanished.ts'

/** How often the rules are evaluated in the files of alerts/tests; every 30 seconds unless said otherwise. */
export const EVALUATED: Readonly<Record<string, string>> = { 'dead-letters-day': '5m' }

/** By theme: each is a file of alerts/tests. */
export const CASES: Readonly<Record<string, readonly AlertCase[]>> = {
  'consumer-progress': CONSUMER_PROGRESS,
  'consumer-lag': CONSUMER_LAG,
  'consumer-burn': CONSUMER_BURN,
  'consumer-falling-behind': CONSUMER_FALLING_BEHIND,
  'consumer-falling-behind-edges': FALLING_BEHIND_EDGES,
  'consumer-loss': CONSUMER_LOSS,
  'consumer-restarts': CONSUMER_RESTARTS,
  'consumer-edges': [...PROGRESS_EDGES, ...LAG_EDGES, ...LOSS_EDGES],
  'dead-letters': DEAD_LETTERS,
  'dead-letters-day': DEAD_LETTERS_OF_A_DAY,
  'dead-letters-edges': [...DEAD_LETTER_EDGES, ...KEPT_DEAD_LETTER_EDGES],
  schema: SCHEMA,
  'schema-edges': SCHEMA_EDGES,
  reachability: REACHABILITY,
  'reachability-edges': REACHABILITY_EDGES,
  dependencies: DEPENDENCIES,
  services: SERVICES,
  'client-progress': CLIENT_PROGRESS,
  'client-records': CLIENT_RECORDS,
  exporter: EXPORTER,
  'exporter-edges': EXPORTER_EDGES,
  vanished: VANISHED,
  'kafka-exporter-consumers': KAFKA_EXPORTER_CONSUMERS,
  'kafka-exporter-consumers-edges': [...KAFKA_EXPORTER_CONSUMER_EDGES, ...KAFKA_EXPORTER_TREND_EDGES],
  'kafka-exporter-cluster': KAFKA_EXPORTER_CLUSTER,
  'kafka-exporter-cluster-edges': KAFKA_EXPORTER_CLUSTER_EDGES,
  'kafka-exporter-vanished': KAFKA_EXPORTER_VANISHED,
  jmx: [...JMX, ...JMX_RECORDED],
}
