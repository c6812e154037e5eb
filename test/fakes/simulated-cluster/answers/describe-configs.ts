import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import { schemaOf } from '../schemas.ts'
import { WireWriter } from '../wire-writer.ts'

const TOPIC = 2
const DEFAULT_CONFIG = 5
const STRING_TYPE = 2

interface WantedResource {
  readonly resourceType: number
  readonly resourceName: string
  readonly configurationKeys: readonly string[] | null
}

/** DescribeConfigs v1 to v4, of topics. A broker's configuration is empty, and another broker's INVALID_REQUEST. */
export function answerDescribeConfigs(ask: Ask): Buffer {
  const { request } = schemaOf('DescribeConfigs')
  const wanted = request.decode(ask.version, ask.body).resources as WantedResource[]
  const out = new WireWriter(ask.flexible, wanted.length * 256 + 64)
  out.int32(ask.throttleMs)
  out.length(wanted.length)
  for (const resource of wanted) writeResource(out, ask, resource)
  out.end()
  return out.bytes()
}

function writeResource(out: WireWriter, ask: Ask, resource: WantedResource): void {
  const { resourceType, resourceName, configurationKeys } = resource
  const error = errorOf(ask, resource)
  const topic = error === 0 && resourceType === TOPIC ? ask.cluster.topics.get(resourceName) : undefined
  const configs = [...(topic?.configs ?? [])].filter(
    ([name]) => configurationKeys === null || configurationKeys.includes(name),
  )
  out.int16(error)
  out.string(null)
  out.int8(resourceType)
  out.string(resourceName)
  out.length(configs.length)
  for (const [name, value] of configs) {
    out.string(name)
    out.string(value)
    out.bool(false) // read only
    out.int8(DEFAULT_CONFIG)
    out.bool(false) // sensitive
    out.length(0) // synonyms
    if (ask.version >= 3) {
      out.int8(STRING_TYPE)
      out.string(null) // documentation
    }
    out.end()
  }
  out.end()
}

function errorOf(ask: Ask, { resourceType, resourceName }: WantedResource): number {
  if (resourceType !== TOPIC) return resourceName === String(ask.node) ? 0 : ERROR_NUMBERS.INVALID_REQUEST
  const fault = ask.faults.itemError({ topic: resourceName }, true)
  if (fault !== 0) return fault
  const topic = ask.cluster.topics.get(resourceName)
  if (topic?.visible === false) return ERROR_NUMBERS.TOPIC_AUTHORIZATION_FAILED
  return topic ? 0 : ERROR_NUMBERS.UNKNOWN_TOPIC_OR_PARTITION
}
