import type { ClusterSnapshot, ClusterSummary } from '../api/cluster-summary.ts'
import { humanDuration, humanPlural } from '../human.ts'
import { type Html, html } from './html.ts'
import { failureText, NOT_KNOWN, railSection, upMark } from './marks.ts'

const ERRORS_SHOWN = 8

/** A cluster with the reason why nothing is known of it, where that is so. */
export interface ClusterOnPage {
  readonly summary: ClusterSummary
  readonly unavailable: string | null
}

/** Whether each cluster could be read, and how its last poll went. */
export function renderClusters(clusters: readonly ClusterOnPage[]): Html | null {
  return railSection('clusters', 'Clusters', null, clusters.map(renderCluster))
}

function renderCluster({ summary, unavailable }: ClusterOnPage): Html {
  const { cluster, snapshot, polled } = summary
  if (snapshot === null) {
    const mark = html`<span class="state ${polled ? 'bad' : ''}">no data</span>`
    return html`<tr><th scope="row"><span class="strong">${cluster ?? 'unnamed'}</span><div class="muted">${unavailable}</div></th><td class="num">${mark}</td></tr>`
  }
  const { poll } = snapshot
  const lastSuccess =
    poll.lastSuccessAt === null
      ? 'no poll without error yet'
      : html`all brokers last answered <time datetime="${poll.lastSuccessAt}">${poll.lastSuccessAt.slice(11, 19)} UTC</time>`
  return html`<tr><th scope="row"><span class="strong">${cluster ?? snapshot.clusterId ?? 'unnamed'}</span>
<div class="muted">${sizeOf(snapshot)}</div>
<div class="muted">polled in ${humanDuration(poll.durationSeconds)}; ${lastSuccess}</div></th><td class="num">${upMark(snapshot.up)}</td></tr>`
}

/** Of a cluster that does not answer, what earlier polls have left. */
function sizeOf({ up, topics, groups, groupPartitions }: ClusterSnapshot): string {
  const counts = [
    [topics, 'topic'],
    [groups, 'group'],
    [groupPartitions, 'group partition'],
  ] as const
  const texts = counts.filter(([count]) => up || count > 0).map(([count, what]) => humanPlural(count, what))
  if (texts.length === 0) return `topics and groups are ${NOT_KNOWN}`
  return `${up ? '' : 'last known: '}${texts.join(', ')}`
}

/** What the last polls could not read, and why. */
export function renderPollErrors(clusters: readonly ClusterOnPage[]): Html | null {
  const errors = clusters.flatMap(({ summary }) =>
    (summary.snapshot?.poll.errors ?? []).map(error => ({ ...error, cluster: summary.cluster })),
  )
  const rows = errors.slice(0, ERRORS_SHOWN).map(error => {
    const place = [error.cluster, error.broker === null ? null : `broker ${error.broker}`, error.stage]
    return html`<tr><th scope="row"><span class="strong">${place.filter(part => part !== null).join(' · ')}</span><div>${failureText(error)}</div></th></tr>`
  })
  const hidden = errors.length - rows.length
  const more =
    hidden > 0 && html`${humanPlural(hidden, 'more error')} in <a href="api/v1/clusters">the JSON</a>`
  return railSection('errors', 'Errors of the last poll', errors.length, rows, more)
}
