import type { ClusterSnapshot, ClusterSummary } from '../../../src/http/api/cluster-summary.ts'
import type { GroupDetail, GroupTopic } from '../../../src/http/api/group-detail.ts'
import type { PartitionLag } from '../../../src/http/api/partition-lag.ts'
import { type Metrics, parseMetrics } from '../../../test/e2e/metrics-text.ts'
import { type BlockSample, blockKey, type CellSample, type PollSample } from './samples.ts'

/** The newest snapshot of an exporter, read over HTTP; null where the next one came while it was read. */
export async function readSnapshot(
  url: string,
  cluster: ClusterSnapshot,
  groups: readonly string[],
): Promise<Omit<PollSample, 'life' | 'pollOfLife'> | null> {
  const [metrics, ...details] = await Promise.all([
    fetchText(`${url}/metrics`).then(parseMetrics),
    ...groups.map(group => fetchDetail(url, group)),
  ])
  const { takenAt, poll } = cluster
  const shown = (metrics as Metrics).value('kafka_health_exporter_snapshot_timestamp_seconds') ?? 0
  if (Math.abs(shown * 1_000 - millisecondsOf(takenAt)) > 0.5) return null
  const blocks = new Map<string, BlockSample>()
  for (const detail of details as (GroupDetail | null)[]) {
    if (detail === null) continue
    if (detail.takenAt !== takenAt) return null
    for (const topic of detail.topicList) {
      blocks.set(blockKey(detail.group, topic.topic), blockOf(topic, millisecondsOf(takenAt)))
    }
  }
  return {
    startedAt: millisecondsOf(poll.startedAt),
    takenAt: millisecondsOf(takenAt),
    blocks,
    errors: poll.errors.map(e => `${e.stage} ${e.code}: ${e.message}`),
    ...probesOf(metrics as Metrics),
    differing: differencesOf(metrics as Metrics, blocks),
  }
}

function probesOf(metrics: Metrics) {
  const value = (name: string) => metrics.value(`kafka_health_exporter_${name}`) ?? 0
  return {
    probeRequests: metrics.value('kafka_health_exporter_requests_total', { api: 'Fetch' }) ?? 0,
    probeBytes: value('probe_bytes_total'),
    probesDeferred: value('probes_deferred'),
  }
}

function blockOf(topic: GroupTopic, takenAt: number): BlockSample {
  return {
    lost: topic.lostOffsets ?? Number.NaN,
    rewinds: topic.rewinds ?? Number.NaN,
    cells: topic.partitions.map(partition => cellOf(partition, takenAt)),
  }
}

function cellOf(p: PartitionLag, takenAt: number): CellSample {
  const ms = (seconds: number | null) => (seconds === null ? Number.NaN : Math.round(seconds * 1_000))
  return {
    partition: p.partition,
    committed: p.committedOffset ?? Number.NaN,
    logStart: p.logStartOffset ?? Number.NaN,
    end: p.endOffset ?? Number.NaN,
    lag: p.lag ?? Number.NaN,
    lagMs: ms(p.lagSeconds),
    state: p.state ?? 'unknown',
    thresholdMs: ms(p.thresholdSeconds),
    workSince: p.stalledSeconds === null || p.lag === 0 ? Number.NaN : takenAt - ms(p.stalledSeconds),
    lastAdvanceAt: millisecondsOf(p.lastAdvanceAt),
    headroomMs: ms(p.headroomSeconds),
    readAt: millisecondsOf(p.readAt),
  }
}

function differencesOf(metrics: Metrics, blocks: ReadonlyMap<string, BlockSample>): number {
  let differing = 0
  for (const { labels, value } of metrics.all('kafka_consumergroup_lag_seconds')) {
    const block = blocks.get(blockKey(labels.consumergroup ?? '', labels.topic ?? ''))
    const cell = block?.cells.find(c => c.partition === Number(labels.partition))
    if (cell !== undefined && Math.abs(value * 1_000 - cell.lagMs) > 1) differing++
  }
  return differing
}

function millisecondsOf(instant: string | null): number {
  return instant === null ? Number.NaN : Date.parse(instant)
}

/** Null: the group is not there. */
async function fetchDetail(url: string, group: string): Promise<GroupDetail | null> {
  const answer = await fetch(`${url}/api/v1/groups/${encodeURIComponent(group)}`, {
    signal: AbortSignal.timeout(10_000),
  })
  if (answer.status === 404) return null
  if (answer.status !== 200) throw new Error(`${group}: status ${answer.status}`)
  return (await answer.json()) as GroupDetail
}

/** Null while there is none. */
export async function fetchCluster(url: string): Promise<ClusterSnapshot | null> {
  const { clusters } = JSON.parse(await fetchText(`${url}/api/v1/clusters`)) as {
    clusters: readonly ClusterSummary[]
  }
  return clusters[0]?.snapshot ?? null
}

async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  if (answer.status !== 200) throw new Error(`${url}: status ${answer.status}`)
  return answer.text()
}
