import type { FollowedTopic, FollowedTopics } from '../domain/tail/follow-topics.ts'
import { ExporterError } from '../errors.ts'
import { SavedJson } from '../model/saved-json.ts'

/** What outlives a restart: where reading goes on, and what watchers have counted up to there. */
export interface WatchState {
  readonly clusterId: string | null
  readonly topics: FollowedTopics
  readonly watchers: Readonly<Record<string, unknown>>
}

const VERSION = 1

export function encodeWatchState({ clusterId, topics, watchers }: WatchState): Uint8Array {
  const plain = {
    version: VERSION,
    clusterId,
    topics: Object.fromEntries(
      // JSON has no NaN.
      [...topics].map(([topic, { topicId, next }]) => [
        topic,
        { topicId, next: Array.from(next, offset => (Number.isNaN(offset) ? null : offset)) },
      ]),
    ),
  }
  const saved = Object.entries(watchers).map(([name, part]) => {
    return `${JSON.stringify(name)}:${part instanceof SavedJson ? part.text : JSON.stringify(part)}`
  })
  return Buffer.from(`${JSON.stringify(plain).slice(0, -1)},"watchers":{${saved.join(',')}}}`)
}

/** Throws ExporterError where these are not such bytes. */
export function decodeWatchState(bytes: Uint8Array): WatchState {
  const plain = parsed(bytes)
  const { version, clusterId, topics, watchers } = plain
  if (version !== VERSION) throw damaged(`format ${JSON.stringify(version)}`)
  if (!isObject(topics) || !isObject(watchers)) throw damaged('neither topics nor watchers')
  return {
    clusterId: typeof clusterId === 'string' ? clusterId : null,
    topics: new Map(
      Object.entries(topics).map(([topic, followed]) => [topic, followedTopic(topic, followed)]),
    ),
    watchers,
  }
}

function followedTopic(topic: string, followed: unknown): FollowedTopic {
  if (!isObject(followed) || typeof followed.topicId !== 'string' || !Array.isArray(followed.next)) {
    throw damaged(`topic ${topic}`)
  }
  const next = Float64Array.from(followed.next, (offset: unknown) => {
    if (offset === null) return Number.NaN
    if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return offset
    throw damaged(`an offset of ${topic}`)
  })
  return { topicId: followed.topicId, next, goneSince: null }
}

function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new ExporterError('STATE_DAMAGED', 'positions of records: no JSON', { cause })
  }
  if (!isObject(value)) throw damaged('no object')
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function damaged(what: string): ExporterError<string> {
  return new ExporterError('STATE_DAMAGED', `positions of records: ${what}`)
}
