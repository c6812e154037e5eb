import { GROUP_ORDERS } from '../api/select-groups.ts'
import { RELOAD_PATH } from '../reload-route.ts'
import { count, oneOf, ref, type Schema, text } from './schema.ts'

type Json = Readonly<Record<string, unknown>>

function parameter(name: string, description: string, schema: Schema, required = false): Json {
  return { name, in: 'query', description, required, schema }
}

const CLUSTER = parameter('cluster', 'A configured name. A list holds all clusters without it.', text)
const ONE_CLUSTER = parameter('cluster', 'A configured name; needed where there are several clusters.', text)
const MATCH = 'Part of a name, upper and lower case alike; or /regex/, case-sensitive, unanchored.'
const LIMIT = parameter('limit', 'The most that are listed.', count)
const PAGE = parameter('page', 'From 1.', { type: 'integer', minimum: 1 })
const TOPIC = parameter('topic', `Topics. ${MATCH}`, text)
const ID = parameter('id', 'The group id, for those that no path can carry: empty, . and ..', text, true)
const GROUP = { name: 'group', in: 'path', description: 'A group id.', required: true, schema: text }

// With `--web.config.file` whatever is asked may be refused: 401, 429, 503.
const FAULT = { description: 'Refused, or nothing is known of it.', content: json('Error') }
const REFUSED = { description: 'Refused, in one line', content: plain('text/plain') }

function json(schema: string): Json {
  return { 'application/json': { schema: ref(schema) } }
}

function plain(type: string): Json {
  return { [type]: { schema: text } }
}

function answers(operationId: string, summary: string, schema: string, parameters: readonly Json[]): Json {
  return {
    operationId,
    summary,
    tags: ['api'],
    parameters,
    responses: { 200: { description: summary, content: json(schema) }, default: FAULT },
  }
}

function health(operationId: string, parameters: readonly Json[]): Json {
  const { responses, ...rest } = answers(
    operationId,
    'Whether a group is in a bad state',
    'Health',
    parameters,
  )
  const unhealthy = {
    description: 'A partition of it is in a bad state; or refused: too many passwords are being checked',
    content: { 'application/json': { schema: { oneOf: [ref('Health'), ref('Error')] } } },
  }
  return { ...rest, responses: { ...(responses as Json), 503: unhealthy } }
}

function probe(operationId: string, summary: string, may503: boolean): Json {
  const waiting = { 503: { description: 'Not yet', content: plain('text/plain') } }
  return {
    operationId,
    summary,
    tags: ['probes'],
    responses: {
      200: { description: 'Yes', content: plain('text/plain') },
      ...(may503 && waiting),
      default: REFUSED,
    },
  }
}

function page(operationId: string, summary: string, parameters: readonly Json[]): Json {
  return {
    operationId,
    summary,
    tags: ['page'],
    parameters,
    responses: { 200: { description: summary, content: plain('text/html') }, default: REFUSED },
  }
}

const LIVE = 'Whether the program runs; never depends on Kafka'
const READY = 'Whether the first poll of every cluster has ended, whatever it found'

const RELOAD: Json = {
  operationId: 'reload',
  summary: 'Reads the configuration anew: all of it is put in force, or nothing',
  tags: ['api'],
  responses: {
    200: { description: 'In force, and what it has changed', content: json('Reloaded') },
    400: { description: 'Not in force, and why', content: json('RefusedConfiguration') },
    default: FAULT,
  },
}

/** Every path that is answered, with its one operation: HEAD goes wherever GET does, and PUT where POST does. */
export function pathsOf(
  telemetryPath: string,
): Readonly<Record<string, { readonly get: Json } | { readonly post: Json }>> {
  return {
    '/api/v1/clusters': {
      get: answers('clusters', 'Clusters, brokers and how the last poll went', 'Clusters', [CLUSTER]),
    },
    '/api/v1/groups': {
      get: answers('groups', 'Consumer groups, the sickest first', 'Groups', [
        CLUSTER,
        parameter('match', MATCH, text),
        TOPIC,
        parameter('sort', 'In which order; the first is the default.', oneOf(GROUP_ORDERS)),
        LIMIT,
      ]),
    },
    '/api/v1/groups/{group}': {
      get: answers('group', 'One group with its members and partitions', 'Group', [
        GROUP,
        ONE_CLUSTER,
        TOPIC,
        LIMIT,
      ]),
    },
    '/api/v1/group': {
      get: answers('groupById', 'The same, by id', 'Group', [ID, ONE_CLUSTER, TOPIC, LIMIT]),
    },
    '/api/v1/groups/{group}/health': { get: health('groupHealth', [GROUP, ONE_CLUSTER]) },
    '/api/v1/group/health': { get: health('groupHealthById', [ID, ONE_CLUSTER]) },
    '/api/v1/topics': {
      get: answers('topics', 'Topics, their leaders and replicas', 'Topics', [
        CLUSTER,
        parameter('match', MATCH, text),
        LIMIT,
      ]),
    },
    '/api/v1/dlq': {
      get: answers('deadLetters', 'Dead-letter topics', 'DeadLetters', [
        CLUSTER,
        parameter('match', MATCH, text),
        LIMIT,
      ]),
    },
    '/api/v1/schemas': {
      get: answers(
        'schemas',
        'Topics whose records are checked, and what their consumers would drop',
        'Schemas',
        [
          CLUSTER,
          parameter('match', MATCH, text),
          LIMIT,
          parameter('problems', 'The most fields that are listed of a topic.', count),
        ],
      ),
    },
    '/api/v1/dependencies': {
      get: answers('dependencies', 'Databases, pages and schema registries beside Kafka', 'Dependencies', []),
    },
    '/api/v1/services': {
      get: answers('services', 'Services whose health is asked for, the worst first', 'Services', [
        parameter('match', MATCH, text),
        LIMIT,
      ]),
    },
    '/api/v1/openapi.json': {
      get: {
        operationId: 'openapi',
        summary: 'This document',
        tags: ['api'],
        responses: {
          200: {
            description: 'OpenAPI 3.1',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
          default: FAULT,
        },
      },
    },
    [telemetryPath]: {
      get: {
        operationId: 'metrics',
        summary: 'The metrics, in text format 0.0.4, gzipped where that is accepted',
        tags: ['metrics'],
        parameters: [parameter('name[]', 'Only these families.', { type: 'array', items: text })],
        responses: {
          200: { description: 'Metrics of the last poll', content: plain('text/plain') },
          default: telemetryPath.startsWith('/api/') ? FAULT : REFUSED,
        },
      },
    },
    '/': {
      get: page('overview', 'The status page', [
        CLUSTER,
        parameter('q', `Groups. ${MATCH}`, text),
        parameter('sort', 'In which order; the first is the default.', oneOf(GROUP_ORDERS)),
        PAGE,
      ]),
    },
    '/groups/{group}': { get: page('groupPage', 'The page of one group', [GROUP, ONE_CLUSTER, PAGE]) },
    '/group': { get: page('groupPageById', 'The same, by id', [ID, ONE_CLUSTER, PAGE]) },
    '/-/healthy': { get: probe('healthy', LIVE, false) },
    '/livez': { get: probe('livez', LIVE, false) },
    '/healthz': { get: probe('healthz', LIVE, false) },
    '/-/ready': { get: probe('ready', READY, true) },
    [RELOAD_PATH]: { post: RELOAD },
    '/readyz': { get: probe('readyz', READY, true) },
  }
}
