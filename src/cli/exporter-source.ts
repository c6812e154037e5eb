import { ExporterError } from '../errors.ts'
import type { GroupDetail } from '../http/api/group-detail.ts'
import type { GroupSummary } from '../http/api/group-summary.ts'
import type { ClustersAnswer, GroupsAnswer } from '../http/api-routes.ts'
import type { ApiError } from '../http/faults.ts'
import { fetchFailure } from './fetch-failure.ts'
import {
  type GroupPartition,
  type LagQuery,
  type LagSource,
  PARTITION_LIMIT,
  worstPartitionsFirst,
} from './lag-report.ts'

const DEADLINE_MS = 10_000
/** Requests for the partitions of groups, at once. */
const CONCURRENCY = 4

/** Reports of a running exporter, over its HTTP API. */
export function exporterSource(address: string, fetchUrl: typeof fetch): LagSource {
  const { base, headers } = parseAddress(address)
  const get = async <Answer>(path: string, signal: AbortSignal): Promise<Answer> => {
    const url = new URL(path, base)
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)])
    let answer: Response
    try {
      answer = await fetchUrl(url, { headers, signal: deadline })
    } catch (error) {
      throw new ExporterError(
        'EXPORTER_UNREACHABLE',
        `${base}: ${fetchFailure(error, DEADLINE_MS) ?? 'no answer'}`,
      )
    }
    const body = await bodyOf(answer, base)
    if (answer.ok) return body as Answer
    throw new ExporterError('EXPORTER_REFUSED', `${base}: ${(body as ApiError).error.message}`)
  }
  return {
    async report(query, signal) {
      const answer = await get<GroupsAnswer>(`api/v1/groups?${parametersOf(query)}`, signal)
      const partitions = query.partitions ? await partitionsOf(answer.groups, query, signal, get) : null
      return { source: base.href, ...answer, partitions }
    },
    async intervalMs(signal) {
      const { clusters } = await get<ClustersAnswer>('api/v1/clusters', signal)
      return Math.min(60, ...clusters.map(cluster => cluster.pollIntervalSeconds)) * 1000
    },
  }
}

type Get = <Answer>(path: string, signal: AbortSignal) => Promise<Answer>

async function partitionsOf(
  groups: readonly GroupSummary[],
  query: LagQuery,
  signal: AbortSignal,
  get: Get,
): Promise<readonly GroupPartition[]> {
  const found: GroupPartition[] = []
  const waiting = groups[Symbol.iterator]()
  const work = async () => {
    for (const { cluster, group } of waiting) {
      const detail = await get<GroupDetail>(detailPath(cluster, group, query), signal)
      for (const { topic, partitions } of detail.topicList) {
        for (const partition of partitions) found.push({ cluster, group, topic, ...partition })
      }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return found.sort(worstPartitionsFirst)
}

function parametersOf({ group, topic, limit }: LagQuery): URLSearchParams {
  const parameters = new URLSearchParams({ limit: String(limit) })
  if (group !== null) parameters.set('match', `/${group.source}/`)
  if (topic !== null) parameters.set('topic', `/${topic.source}/`)
  return parameters
}

function detailPath(cluster: string | null, group: string, { topic }: LagQuery): string {
  const parameters = new URLSearchParams({ limit: String(PARTITION_LIMIT) })
  if (cluster !== null) parameters.set('cluster', cluster)
  if (topic !== null) parameters.set('topic', `/${topic.source}/`)
  if (group !== '' && group !== '.' && group !== '..') {
    return `api/v1/groups/${encodeURIComponent(group)}?${parameters}`
  }
  parameters.set('id', group)
  return `api/v1/group?${parameters}`
}

/** `host:port` is enough. A password in it becomes a header: no message may repeat it. */
function parseAddress(address: string): {
  readonly base: URL
  readonly headers: Readonly<Record<string, string>>
} {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase()
  let base: URL
  try {
    base = new URL(scheme === undefined ? `http://${address}` : address)
  } catch {
    throw badAddress()
  }
  if (base.protocol !== 'http:' && base.protocol !== 'https:') throw badAddress()
  const authorization = authorizationOf(base)
  base.username = ''
  base.password = ''
  base.search = ''
  base.hash = ''
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return { base, headers: authorization === null ? {} : { authorization } }
}

function authorizationOf({ username, password }: URL): string | null {
  if (username === '' && password === '') return null
  let pair: string
  try {
    pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  } catch {
    // A "%" that begins no escape.
    throw badAddress()
  }
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

function badAddress(): ExporterError {
  return new ExporterError('BAD_URL', '--url is not an address: expected http://HOST:PORT')
}

async function bodyOf(answer: Response, base: URL): Promise<unknown> {
  let body: unknown = null
  if (answer.headers.get('content-type')?.startsWith('application/json')) {
    body = await answer.json().catch(() => null)
  } else {
    await answer.body?.cancel()
  }
  if (typeof body === 'object' && body !== null && (answer.ok || isApiError(body))) return body
  throw new ExporterError(
    'NOT_AN_EXPORTER',
    `${base}: no kafka-health-exporter answers there (status ${answer.status})`,
  )
}

function isApiError(body: object): body is ApiError {
  return 'error' in body && typeof (body as ApiError).error?.message === 'string'
}
