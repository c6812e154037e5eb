import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import { schemaOf } from '../schemas.ts'

const TOPIC = 2
const DEFAULT_CONFIG = 5

interface WantedResource {
  readonly resourceType: number
  readonly resourceName: string
  readonly configurationKeys: readonly string[] | null
}

/** DescribeConfigs v1 to v4, of topics. A broker's configuration is empty, and another broker's INVALID_REQUEST. */
export function answerDescribeConfigs(ask: Ask): Buffer {
  const api = schemaOf('DescribeConfigs')
  const wanted = api.request.decode(ask.version, ask.body).resources as WantedResource[]
  const results = wanted.map(resource => describe(ask, resource))
  return api.response.encode(ask.version, { throttleTimeMs: ask.throttleMs, results })
}

function describe(ask: Ask, { resourceType, resourceName, configurationKeys }: WantedResource) {
  const nothing = { resourceType, resourceName, errorMessage: null, configs: [] }
  if (resourceType !== TOPIC) {
    const isOwn = resourceName === String(ask.node)
    return { ...nothing, errorCode: isOwn ? 0 : ERROR_NUMBERS.INVALID_REQUEST }
  }
  const topic = ask.cluster.topics.get(resourceName)
  let errorCode = ask.faults.itemError({ topic: resourceName }, true)
  if (errorCode === 0 && topic?.visible === false) errorCode = ERROR_NUMBERS.TOPIC_AUTHORIZATION_FAILED
  if (errorCode === 0 && !topic) errorCode = ERROR_NUMBERS.UNKNOWN_TOPIC_OR_PARTITION
  if (errorCode !== 0 || !topic) return { ...nothing, errorCode }
  const configs = [...topic.configs]
    .filter(([name]) => configurationKeys === null || configurationKeys.includes(name))
    .map(([name, value]) => ({
      name,
      value,
      readOnly: false,
      configSource: DEFAULT_CONFIG,
      isSensitive: false,
      documentation: null,
    }))
  return { ...nothing, errorCode: 0, configs }
}
