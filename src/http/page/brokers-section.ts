import type { BrokerSummary } from '../api/cluster-summary.ts'
import { humanDuration, humanPlural } from '../human.ts'
import type { ClusterOnPage } from './clusters-section.ts'
import { type Html, html } from './html.ts'
import { failureText, railSection, upMark } from './marks.ts'

/** Those that are down come first, so that none of them is ever the one left out before a healthy one. */
const BROKERS_SHOWN = 24

/** Every broker: whether it answered, how fast, and why not. */
export function renderBrokers(clusters: readonly ClusterOnPage[]): Html | null {
  const brokers = clusters.flatMap(({ summary }) =>
    (summary.snapshot?.brokers ?? []).map(broker => ({ broker, cluster: summary.cluster })),
  )
  brokers.sort((a, b) => Number(a.broker.up) - Number(b.broker.up) || a.broker.id - b.broker.id)
  const rows = brokers
    .slice(0, BROKERS_SHOWN)
    .map(({ broker, cluster }) => renderBroker(broker, clusters.length > 1 ? cluster : null))
  const hidden = brokers.length - rows.length
  const more =
    hidden > 0 && html`${humanPlural(hidden, 'more broker')} in <a href="api/v1/clusters">the JSON</a>`
  return railSection('brokers', 'Brokers', null, rows, more)
}

function renderBroker(broker: BrokerSummary, cluster: string | null): Html {
  return html`<tr><th scope="row"><span class="strong">${broker.id}</span> <span class="muted">${broker.host}:${broker.port}</span>${cluster !== null && html`<span class="chip">${cluster}</span>`}
${broker.failure !== null && html`<div>${failureText(broker.failure)}</div>`}${!broker.inMetadata && html`<div class="muted">has left the cluster's metadata</div>`}</th>
<td class="num">${broker.responseSeconds !== null && html`<span class="muted">${humanDuration(broker.responseSeconds)}</span> `}${upMark(broker.up)}</td></tr>`
}
