import type { ClusterHandle } from '../../model/ports.ts'
import { toGroupSummary } from '../api/group-summary.ts'
import { selectGroups } from '../api/select-groups.ts'
import { humanCount, humanPlural } from '../human.ts'
import { type Html, html } from './html.ts'
import { groupLink } from './links.ts'
import { heading, scrolled } from './marks.ts'

const SHARE_GROUPS_SHOWN = 50

/** KIP-932 groups: they have no committed offset and no owner, but a start offset, and lag where the broker gives it. */
export function renderShareGroups(clusters: readonly ClusterHandle[]): Html | null {
  const refs = selectGroups(clusters, { group: null, topic: null, order: 'lag', share: true })
  if (refs.length === 0) return null
  const rows = refs.slice(0, SHARE_GROUPS_SHOWN).map(ref => {
    const group = toGroupSummary(ref)
    return html`<tr><th scope="row"><a class="strong" href="${groupLink('', group.cluster, group.group)}">${group.group}</a>${clusters.length > 1 && html`<span class="chip">${group.cluster}</span>`}</th><td class="num">${humanCount(group.lagSum)}</td><td class="num">${humanCount(group.lagMax)}</td><td class="num">${humanCount(group.partitions)}</td><td class="num">${humanCount(group.members)}</td><td>${group.state ?? '–'}</td></tr>`
  })
  const hidden = refs.length - rows.length
  return html`<section aria-labelledby="share-title">
<div class="head"><h2 id="share-title">Share groups<span class="count">${humanCount(refs.length)}</span></h2></div>
${scrolled('Share groups', html`<table class="rows"><thead><tr>${heading('Group')}${heading('Lag', true)}${heading('Largest', true)}${heading('Partitions', true)}${heading('Members', true)}${heading('State')}</tr></thead><tbody>${rows}</tbody></table>`)}
${hidden > 0 && html`<p class="more">${humanPlural(hidden, 'more group')} in <a href="api/v1/groups">the JSON</a></p>`}
</section>`
}
