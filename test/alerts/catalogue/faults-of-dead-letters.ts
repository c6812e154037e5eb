import { HOUR, MINUTE, SECOND, type Trace, traceOf } from '../../../bench/accuracy/traces/trace.ts'
import type { TrackOptions } from '../../../src/domain/track-options.ts'
import { expect, type Scenario } from './scenario.ts'
import { regular, served } from './worlds.ts'

/** The topic of the traces is one of dead letters, and its group the one that drains it. */
export const OF_DEAD_LETTERS: Partial<TrackOptions> = {
  isDeadLetterTopic: topic => topic === 'orders',
  drainedBy: new Map([['orders', 'billing']]),
}

const TOPIC = { topic: 'orders' }
const WHY = 'kafka_exporter has no word for dead letters'

/** Forty dead letters when nobody looks yet, and some later. */
function dead(...later: readonly number[]): Trace {
  const early = regular(1, 40)
  return traceOf('dead letters', 2 * HOUR, [served({ appendedAt: Uint32Array.from([...early, ...later]) })])
}

function few(): Scenario {
  const faultAt = HOUR
  return {
    name: 'three dead letters, which are drained at once',
    trace: dead(...[0, 1, 2].map(i => faultAt + i * 20 * SECOND)),
    faultAt,
    options: OF_DEAD_LETTERS,
    fires: [expect('KafkaDeadLettersArrived', TOPIC, 0, 2)],
    offsetsOnly: { fires: [], why: WHY },
  }
}

function flood(): Scenario {
  const faultAt = HOUR
  return {
    name: 'a consumer that parks a record a second for half an hour',
    trace: dead(...regular(SECOND, faultAt + 30 * MINUTE, faultAt)),
    faultAt,
    options: OF_DEAD_LETTERS,
    fires: [
      expect('KafkaDeadLettersArrived', TOPIC, 0, 2),
      // A hundred of them, then five minutes.
      expect('KafkaDeadLettersFlood', TOPIC, 6, 9),
    ],
    offsetsOnly: { fires: [], why: WHY },
  }
}

/** Of those that are there since long nothing is told, by an exporter that knows nothing of before either. */
export const KEPT_DEAD_LETTERS: Scenario = {
  name: 'dead letters from before, and an exporter that is restarted without its state',
  trace: dead(),
  faultAt: 0,
  options: OF_DEAD_LETTERS,
  restart: { at: HOUR + 3 * SECOND, hasState: false },
  fires: [],
  offsetsOnly: { fires: [] },
}

export const FAULTS_OF_DEAD_LETTERS: readonly Scenario[] = [few(), flood()]
