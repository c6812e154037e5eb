import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import { schemaOf } from '../schemas.ts'

const GROUP = 0
const TRANSACTION = 1

/** FindCoordinator, v0 to v6: one key up to v3, many from v4 on. */
export function answerFindCoordinator(ask: Ask): Buffer {
  const { version } = ask
  const api = schemaOf('FindCoordinator')
  const request = api.request.decode(version, ask.body)
  const kind = (request.keyType as number | undefined) ?? GROUP
  if (version < 4) {
    const { key: _, ...found } = find(ask, request.key as string, kind)
    return api.response.encode(version, { throttleTimeMs: ask.throttleMs, ...found })
  }
  const keys = request.coordinatorKeys as string[]
  const coordinators = keys.map(key => find(ask, key, kind))
  return api.response.encode(version, { throttleTimeMs: ask.throttleMs, coordinators })
}

function find(ask: Ask, key: string, kind: number) {
  const { cluster, faults } = ask
  const group = kind === GROUP ? cluster.groups.get(key) : undefined
  const transaction = kind === TRANSACTION ? cluster.transactions.get(key) : undefined
  // What does not exist has a coordinator too: the one that it would get.
  const alive = [...cluster.nodes.values()].filter(node => node.alive)
  const id = (group ?? transaction)?.coordinator ?? alive[key.length % Math.max(1, alive.length)]?.id ?? -1
  const node = cluster.nodes.get(id)
  let error = faults.itemError({ group: key }, true)
  if (error === 0 && group?.visible === false) error = ERROR_NUMBERS.GROUP_AUTHORIZATION_FAILED
  if (error === 0 && transaction?.visible === false) {
    error = ERROR_NUMBERS.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
  }
  if (error === 0 && node?.alive !== true) error = ERROR_NUMBERS.COORDINATOR_NOT_AVAILABLE
  if (error !== 0 || !node)
    return { key, errorCode: error, errorMessage: null, nodeId: -1, host: '', port: -1 }
  return { key, errorCode: 0, errorMessage: null, nodeId: node.id, host: node.host, port: node.port }
}
