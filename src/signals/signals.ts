import * as consumerClient from './consumer-client.ts'
import * as consumerGroups from './consumer-groups.ts'
import * as consumerLag from './consumer-lag.ts'
import * as consumerLoss from './consumer-loss.ts'
import * as consumerStates from './consumer-states.ts'
import * as deadLetters from './dead-letters.ts'
import * as dependencies from './dependencies.ts'
import * as exporter from './exporter.ts'
import * as reachability from './reachability.ts'
import * as schema from './schema.ts'
import * as services from './services.ts'
import type { Signal } from './signal.ts'
import * as topics from './topics.ts'

/** Every signal, in the order of the reference. */
export const SIGNALS: readonly Signal[] = [
  consumerStates,
  consumerLag,
  consumerLoss,
  consumerGroups,
  deadLetters,
  schema,
  reachability,
  topics,
  dependencies,
  services,
  consumerClient,
  exporter,
].flatMap(subject => Object.values(subject))
