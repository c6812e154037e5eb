import type Router from '@koa/router'
import type { Context } from 'koa'
import type { ClusterHandle, Estate } from '../model/ports.ts'
import type { Steps } from '../model/steps.ts'
import type { RunSteps } from '../model/work-queue.ts'
import { type ClusterSummary, toClusterSummary } from './api/cluster-summary.ts'
import { type DeadLetterTopic, deadLetterTopics, toDeadLetterTopic } from './api/dead-letter-summary.ts'
import { type DependencySummary, toDependencySummary } from './api/dependency-summary.ts'
import { detailInSteps, type GroupDetail } from './api/group-detail.ts'
import { type GroupHealth, toGroupHealth, unknownHealth } from './api/group-health.ts'
import { GROUP_INDEX } from './api/group-index.ts'
import { type GroupSummary, toGroupSummary } from './api/group-summary.ts'
import { jsonInSteps } from './api/json-in-steps.ts'
import { GROUP_CONDITIONS } from './api/judge-group.ts'
import { type MissingItem, missingGroupsOf, missingTopicsOf, type UnavailableCluster } from './api/missing.ts'
import { type SchemaSummary, schemaTopics, toSchemaSummary } from './api/schema-summary.ts'
import { GROUP_ORDERS, selectInSteps } from './api/select-groups.ts'
import {
  countServices,
  type ServiceCounts,
  type ServiceSummary,
  selectServices,
  toServiceSummary,
} from './api/service-summary.ts'
import { selectTopics, type TopicSummary, toTopicSummary } from './api/topic-summary.ts'
import { whyDown } from './api/why-down.ts'
import { HttpFault } from './faults.ts'
import { findGroup } from './find-group.ts'
import { parseNameMatch } from './name-match.ts'
import { choiceOf, clustersOf, noSnapshotReason, textOf, wholeNumberOf } from './parameters.ts'

/** GET /api/v1/clusters */
export interface ClustersAnswer {
  readonly version: string
  readonly clusters: readonly ClusterSummary[]
}

/** GET /api/v1/groups?cluster=&match=&topic=&sort=&limit= */
export interface GroupsAnswer {
  /** Groups that match; more than `groups` holds where `limit` cut it. */
  readonly total: number
  readonly groups: readonly GroupSummary[]
  /** Configured groups that are not there. */
  readonly missing: readonly MissingItem[]
  readonly unavailable: readonly UnavailableCluster[]
}

/** GET /api/v1/topics?cluster=&match=&limit= */
export interface TopicsAnswer {
  readonly total: number
  readonly topics: readonly TopicSummary[]
  /** Configured topics that are not there. */
  readonly missing: readonly MissingItem[]
  readonly unavailable: readonly UnavailableCluster[]
}

/** GET /api/v1/dlq?cluster=&match=&limit= */
export interface DeadLettersAnswer {
  readonly total: number
  readonly topics: readonly DeadLetterTopic[]
  readonly unavailable: readonly UnavailableCluster[]
}

/** GET /api/v1/groups/{group}?cluster=&topic=&limit= */
export type GroupAnswer = GroupDetail

/** GET /api/v1/groups/{group}/health?cluster= */
export type GroupHealthAnswer = GroupHealth

/** GET /api/v1/schemas?cluster=&match=&limit=&problems= */
export interface SchemasAnswer {
  readonly total: number
  readonly topics: readonly SchemaSummary[]
  readonly unavailable: readonly UnavailableCluster[]
}

/** GET /api/v1/dependencies */
export interface DependenciesAnswer {
  readonly dependencies: readonly DependencySummary[]
}

/** GET /api/v1/services?match=&limit= */
export interface ServicesAnswer {
  /** Services that match; more than `services` holds where `limit` cut it. */
  readonly total: number
  readonly counts: ServiceCounts
  readonly services: readonly ServiceSummary[]
}

const LIST_LIMIT = { least: 0, most: 10_000, fallback: 1_000 }
/** Of each topic. */
const PROBLEM_LIMIT = { least: 0, most: 200, fallback: 20 }
const PARTITION_LIMIT = { least: 0, most: 20_000, fallback: 10_000 }

/** Items of a list that are made between two yields. */
const ITEMS_PER_STEP = 64

export interface ApiRoutesInputs {
  readonly estate: Estate
  readonly version: string
  readonly now: () => number
  readonly run: RunSteps
}

export function addApiRoutes(router: Router, { estate, version, now, run }: ApiRoutesInputs): void {
  router.get('/api/v1/clusters', ctx => {
    const clusters = clustersOf(estate, queryOf(ctx)).map(cluster => toClusterSummary(cluster, now()))
    ctx.body = { version, clusters } satisfies ClustersAnswer
  })
  const send = async (ctx: Context, answer: Steps<object>) => {
    const json = await run(written(answer))
    ctx.type = 'json'
    ctx.body = json
  }
  /** 503 says that a partition is in a bad state; that nothing is known must not stop what waits for this answer. */
  const sendHealth = async (ctx: Context, group: string) => {
    const health = await run(healthOf(estate, group, queryOf(ctx)))
    ctx.status = health.status === 'unhealthy' ? 503 : 200
    ctx.body = health satisfies GroupHealthAnswer
  }
  router.get('/api/v1/groups', ctx => send(ctx, answerGroups(estate, queryOf(ctx))))
  router.get('/api/v1/groups/:group', ctx => {
    return send(ctx, answerGroup(estate, ctx.params.group as string, queryOf(ctx)))
  })
  // For the names that no path can carry: '', '.' and '..'.
  router.get('/api/v1/group', ctx => {
    return send(ctx, answerGroup(estate, textOf(queryOf(ctx), 'id'), queryOf(ctx)))
  })
  router.get('/api/v1/groups/:group/health', ctx => sendHealth(ctx, ctx.params.group as string))
  router.get('/api/v1/group/health', ctx => sendHealth(ctx, textOf(queryOf(ctx), 'id')))
  router.get('/api/v1/topics', ctx => send(ctx, answerTopics(estate, queryOf(ctx))))
  router.get('/api/v1/dlq', ctx => send(ctx, answerDeadLetters(estate, queryOf(ctx))))
  router.get('/api/v1/schemas', ctx => send(ctx, answerSchemas(estate, queryOf(ctx))))
  router.get('/api/v1/services', ctx => send(ctx, answerServices(estate, queryOf(ctx))))
  router.get('/api/v1/dependencies', ctx => {
    const dependencies = estate.dependencies().map(toDependencySummary)
    ctx.body = { dependencies } satisfies DependenciesAnswer
  })
}

function* answerServices(estate: Estate, query: URLSearchParams): Steps<ServicesAnswer> {
  const services = selectServices(estate.services(), parseNameMatch('match', textOf(query, 'match')))
  return {
    total: services.length,
    counts: countServices(services),
    services: yield* mapped(services.slice(0, wholeNumberOf(query, 'limit', LIST_LIMIT)), toServiceSummary),
  }
}

function* written(answer: Steps<object>): Steps<Buffer> {
  return yield* jsonInSteps(yield* answer)
}

function* answerGroups(estate: Estate, query: URLSearchParams): Steps<GroupsAnswer> {
  const clusters = clustersOf(estate, query)
  for (const cluster of clusters) {
    const snapshot = cluster.snapshot()
    if (snapshot !== null) yield* GROUP_CONDITIONS.steps(snapshot)
  }
  const refs = yield* selectInSteps(clusters, {
    group: parseNameMatch('match', textOf(query, 'match')),
    topic: parseNameMatch('topic', textOf(query, 'topic')),
    order: choiceOf(query, 'sort', GROUP_ORDERS),
  })
  return {
    total: refs.length,
    groups: yield* mapped(refs.slice(0, wholeNumberOf(query, 'limit', LIST_LIMIT)), toGroupSummary),
    missing: missingGroupsOf(clusters),
    unavailable: unavailableOf(clusters),
  }
}

function* answerGroup(estate: Estate, group: string, query: URLSearchParams): Steps<GroupAnswer> {
  const ref = findGroup(estate, group, query)
  yield* GROUP_INDEX.steps(ref.snapshot)
  return yield* detailInSteps(ref, {
    topic: parseNameMatch('topic', textOf(query, 'topic')),
    limit: wholeNumberOf(query, 'limit', PARTITION_LIMIT),
  })
}

function* healthOf(estate: Estate, group: string, query: URLSearchParams): Steps<GroupHealth> {
  try {
    const ref = findGroup(estate, group, query)
    yield* GROUP_INDEX.steps(ref.snapshot)
    return toGroupHealth(ref)
  } catch (error) {
    if (!(error instanceof HttpFault) || error.status !== 503) throw error
    return unknownHealth(clustersOf(estate, query)[0]?.name ?? null, group, error.message)
  }
}

function* answerTopics(estate: Estate, query: URLSearchParams): Steps<TopicsAnswer> {
  const clusters = clustersOf(estate, query)
  const refs = selectTopics(clusters, parseNameMatch('match', textOf(query, 'match')))
  return {
    total: refs.length,
    topics: yield* mapped(refs.slice(0, wholeNumberOf(query, 'limit', LIST_LIMIT)), toTopicSummary),
    missing: missingTopicsOf(clusters),
    unavailable: unavailableOf(clusters),
  }
}

function* answerDeadLetters(estate: Estate, query: URLSearchParams): Steps<DeadLettersAnswer> {
  const clusters = clustersOf(estate, query)
  const refs = deadLetterTopics(clusters, parseNameMatch('match', textOf(query, 'match')))
  return {
    total: refs.length,
    topics: yield* mapped(refs.slice(0, wholeNumberOf(query, 'limit', LIST_LIMIT)), toDeadLetterTopic),
    unavailable: unavailableOf(clusters),
  }
}

function* answerSchemas(estate: Estate, query: URLSearchParams): Steps<SchemasAnswer> {
  const clusters = clustersOf(estate, query)
  const refs = schemaTopics(clusters, parseNameMatch('match', textOf(query, 'match')))
  const problems = wholeNumberOf(query, 'problems', PROBLEM_LIMIT)
  return {
    total: refs.length,
    topics: yield* mapped(refs.slice(0, wholeNumberOf(query, 'limit', LIST_LIMIT)), each =>
      toSchemaSummary(each, problems),
    ),
    unavailable: unavailableOf(clusters),
  }
}

function* mapped<Item, Result>(items: readonly Item[], make: (item: Item) => Result): Steps<Result[]> {
  const results: Result[] = []
  for (const item of items) {
    results.push(make(item))
    if (results.length % ITEMS_PER_STEP === 0) yield
  }
  return results
}

function unavailableOf(clusters: readonly ClusterHandle[]): readonly UnavailableCluster[] {
  return clusters.flatMap(cluster => {
    const snapshot = cluster.snapshot()
    if (snapshot?.up) return []
    return [
      { cluster: cluster.name, reason: snapshot === null ? noSnapshotReason(cluster) : whyDown(snapshot) },
    ]
  })
}

function queryOf(ctx: Context): URLSearchParams {
  return new URLSearchParams(ctx.querystring)
}
