import type { ClusterHandle, Estate } from '../../model/ports.ts'
import type { Steps } from '../../model/steps.ts'
import { toClusterSummary } from '../api/cluster-summary.ts'
import { GROUP_CONDITIONS } from '../api/judge-group.ts'
import { PROBLEM_TOPICS } from '../api/topic-problems.ts'
import { noSnapshotReason } from '../parameters.ts'
import { renderBrokers } from './brokers-section.ts'
import { renderClusters, renderPollErrors } from './clusters-section.ts'
import { renderDeadLetters } from './dead-letters-section.ts'
import { renderDocument } from './document.ts'
import { healthOf } from './estate-health.ts'
import { renderDependencies, renderMissingGroups, renderTopicProblems } from './estate-sections.ts'
import { groupsViewOf, renderGroups } from './groups-section.ts'
import { renderHeadline, verdictOf } from './headline.ts'
import { html } from './html.ts'
import { renderSchemas } from './schema-section.ts'
import { renderServices } from './services-section.ts'
import { renderShareGroups } from './share-section.ts'

export interface PageInputs {
  readonly estate: Estate
  /** Those of `?cluster=`, or all. */
  readonly clusters: readonly ClusterHandle[]
  readonly query: URLSearchParams
  readonly version: string
  readonly telemetryPath: string
  readonly now: number
}

/** The status page. Throws HttpFault for a query that cannot be understood. */
export function* renderOverview(inputs: PageInputs): Steps<string> {
  const { estate, clusters, query, now } = inputs
  const view = groupsViewOf(query)
  yield* prepareViews(clusters)
  const health = healthOf(estate, clusters)
  const onPage = clusters.map(handle => ({
    summary: toClusterSummary(handle, now),
    unavailable: handle.snapshot() === null ? noSnapshotReason(handle) : null,
  }))
  yield
  const groups = yield* renderGroups(clusters, view)
  const shareGroups = renderShareGroups(clusters)
  yield
  const content = html`<main>
<div id="headline" data-live>${renderHeadline(health)}</div>
<div class="layout">
<div>${groups}
<div id="share" data-live>${shareGroups}</div>
<div id="schemas" data-live>${renderSchemas(clusters)}</div></div>
<div id="rail" data-live>
${renderBrokers(onPage)}
${renderDependencies(estate)}
${renderServices(estate, now)}
${renderMissingGroups(clusters)}
${renderTopicProblems(clusters)}
${renderDeadLetters(clusters)}
${renderPollErrors(onPage)}
${renderClusters(onPage)}
</div>
</div>
</main>`
  const frame = {
    title: `${verdictOf(health).text} · kafka-health-exporter`,
    base: '' as const,
    version: inputs.version,
    telemetryPath: inputs.telemetryPath,
    pollSeconds: pollSecondsOf(clusters),
    ageSeconds: oldestAge(clusters, now),
  }
  return renderDocument(frame, content)
}

/** What the page is about is gone through in steps first: a million cells take longer than the loop may be held. */
function* prepareViews(clusters: readonly ClusterHandle[]): Steps<void> {
  for (const cluster of clusters) {
    const snapshot = cluster.snapshot()
    if (snapshot === null) continue
    yield* GROUP_CONDITIONS.steps(snapshot)
    yield* PROBLEM_TOPICS.steps(snapshot)
  }
}

/** How often the quickest of the clusters is polled: nothing new can be seen more often. */
export function pollSecondsOf(clusters: readonly ClusterHandle[]): number | null {
  return clusters.length === 0 ? null : Math.min(...clusters.map(cluster => cluster.pollIntervalMs / 1000))
}

export function oldestAge(clusters: readonly ClusterHandle[], now: number): number | null {
  const ages = clusters.flatMap(cluster => {
    const snapshot = cluster.snapshot()
    return snapshot === null ? [] : [Math.max(0, now - snapshot.takenAt) / 1000]
  })
  return ages.length === 0 ? null : Math.max(...ages)
}
