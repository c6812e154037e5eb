import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import type { CellState } from '../../src/model/snapshot.ts'
import { SEVERITIES } from '../../src/rules/rule.ts'
import { STATES_BY_BADNESS } from '../../src/signals/state-order.ts'

/** One colour for a state wherever it is shown: green is well, grey unknown, yellow to red a fault. */
const STATE_COLOURS: Readonly<Record<CellState, string>> = {
  caught_up: 'green',
  advancing: 'super-light-green',
  unknown: 'text',
  abandoned: 'light-yellow',
  never_committed: 'purple',
  no_consumer: 'orange',
  hung_transaction: 'dark-orange',
  stalled: 'red',
}

const SEVERITY_COLOURS = { critical: 'red', warning: 'orange', info: 'blue' } as const

type Words = Record<string, { text: string; color: string; index: number }>

const mapping = (options: Words): dashboard.ValueMapping => ({
  type: dashboard.MappingType.ValueToText,
  options,
})

export const UP_OR_DOWN = mapping({
  '0': { text: 'down', color: 'red', index: 0 },
  '1': { text: 'up', color: 'green', index: 1 },
})

/** The numbers of `WORST_STATE`. */
export const STATE_NUMBERS = mapping(
  Object.fromEntries(
    STATES_BY_BADNESS.map((state, index) => [
      String(index + 1),
      { text: state, color: STATE_COLOURS[state], index },
    ]),
  ),
)

/** Their names, where they are labels in a column. */
export const STATE_NAMES = mapping(
  Object.fromEntries(
    STATES_BY_BADNESS.map((state, index) => [state, { text: state, color: STATE_COLOURS[state], index }]),
  ),
)

/** Larger is worse, so that a column sorts; 0 is a severity of somebody's own. */
export const SEVERITY_NUMBERS = mapping({
  '0': { text: 'other', color: 'text', index: 3 },
  ...Object.fromEntries(
    SEVERITIES.map((severity, index) => [
      String(severityNumber(severity)),
      { text: severity, color: SEVERITY_COLOURS[severity], index },
    ]),
  ),
})

export function severityNumber(severity: (typeof SEVERITIES)[number]): number {
  return SEVERITIES.length - SEVERITIES.indexOf(severity)
}

/** A line named after a state has its colour. */
export const STATE_LINES = STATES_BY_BADNESS.map(state => ({
  state,
  properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: STATE_COLOURS[state] } }],
}))
