import type { Observation, ReadError } from '../model/observation.ts'
import type { Log } from '../model/ports.ts'

/**
 * Logs when a failure begins and when it ends, not at every poll in between. A broker that leaves the metadata has
 * not recovered: its failures end with a word on that, and with another one when it is back.
 */
export function troubleLog(log: Log): (observation: Observation) => void {
  let current = new Map<string, ReadError>()
  let listed = new Set<number>()
  const left = new Set<number>()

  function noteBrokers({ cluster, brokers }: Observation): void {
    if (cluster === null) return
    const now = new Set(brokers.map(broker => broker.id))
    for (const node of listed) {
      if (now.has(node)) continue
      left.add(node)
      log.warn({ node }, 'broker has left the metadata: it is stopped, fenced or removed')
    }
    for (const node of now) if (left.delete(node)) log.info({ node }, 'broker is back in the metadata')
    listed = now
  }

  return observation => {
    noteBrokers(observation)
    const next = new Map<string, ReadError>()
    for (const error of observation.errors) next.set(`${error.stage} ${error.code} ${error.node}`, error)
    for (const [key, { stage, code, node, message }] of next) {
      if (!current.has(key)) log.warn({ stage, code, ...(node < 0 ? {} : { node }) }, message)
    }
    for (const [key, { stage, code, node }] of current) {
      if (!next.has(key) && !left.has(node)) {
        log.info({ stage, code, ...(node < 0 ? {} : { node }) }, 'recovered')
      }
    }
    current = next
  }
}
