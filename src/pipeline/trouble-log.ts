import type { Observation, ReadError } from '../model/observation.ts'
import type { Log } from '../model/ports.ts'

/** Logs when a failure begins and when it ends, not at every poll in between. */
export function troubleLog(log: Log): (observation: Observation) => void {
  let current = new Map<string, ReadError>()
  return ({ errors }) => {
    const next = new Map<string, ReadError>()
    for (const error of errors) next.set(`${error.stage} ${error.code} ${error.node}`, error)
    for (const [key, { stage, code, node, message }] of next) {
      if (!current.has(key)) log.warn({ stage, code, ...(node < 0 ? {} : { node }) }, message)
    }
    for (const [key, { stage, code, node }] of current) {
      if (!next.has(key)) log.info({ stage, code, ...(node < 0 ? {} : { node }) }, 'recovered')
    }
    current = next
  }
}
