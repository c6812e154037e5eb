import { FIELD_REASONS } from '../../model/field-reasons.ts'
import type { ClusterHandle } from '../../model/ports.ts'
import { UNDECODABLE_REASONS } from '../../model/schema-watch.ts'
import { type SchemaSummary, schemaTopics, toSchemaSummary } from '../api/schema-summary.ts'
import { humanCount, humanPlural } from '../human.ts'
import { type Html, html } from './html.ts'
import { heading, scrolled, unreadable } from './marks.ts'

const TOPICS_SHOWN = 50
const FIELDS_NAMED = 3

/** Topics whose records are checked, those that cannot be read first, then those that lose most. */
export function renderSchemas(clusters: readonly ClusterHandle[]): Html | null {
  const refs = schemaTopics(clusters, null)
  if (refs.length === 0) return null
  const topics = refs.map(each => ({ ...toSchemaSummary(each, FIELDS_NAMED) }))
  topics.sort(
    (a, b) =>
      Number(b.readError !== null) - Number(a.readError !== null) ||
      dropped(b) + undecodable(b) - dropped(a) - undecodable(a),
  )
  const rows = topics.slice(0, TOPICS_SHOWN).map(topic => renderTopic(topic, clusters.length > 1))
  const hidden = topics.length - rows.length
  const heads = [
    heading('Topic'),
    ...['Checked', 'Dropped fields', 'Undecodable', 'Read as JSON', 'Not looked at'].map(text =>
      heading(text, true),
    ),
  ]
  return html`<section aria-labelledby="schemas-title">
<div class="head"><h2 id="schemas-title">Schemas<span class="count">${humanCount(topics.length)}</span></h2></div>
${scrolled('Schemas', html`<table class="rows"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`)}
<p class="more">${hidden > 0 && html`${humanPlural(hidden, 'more topic')} and `}the fields in <a href="api/v1/schemas">the JSON</a></p>
</section>`
}

function renderTopic(topic: SchemaSummary, isNamed: boolean): Html {
  const fields = topic.problems.map(({ field, reason }) => `${field} (${reason.replaceAll('_', ' ')})`)
  if (fields.length > 0 && topic.problemsLeftOut > 0) fields.push('…')
  const words = [...(topic.readError === null ? [] : [unreadable(topic.readError)]), ...fields]
  return html`<tr><th scope="row"><span class="strong">${topic.topic}</span>${isNamed && html`<span class="chip">${topic.cluster}</span>`}${words.length > 0 && html`<div class="muted">${words.join(', ')}</div>`}</th><td class="num">${humanCount(topic.checked)}</td><td class="num">${humanCount(dropped(topic))}</td><td class="num">${humanCount(undecodable(topic))}</td><td class="num">${humanCount(topic.fallback)}</td><td class="num">${humanCount(topic.unsampled)}</td></tr>`
}

function dropped({ droppedFields }: SchemaSummary): number {
  return FIELD_REASONS.reduce((sum, reason) => sum + droppedFields[reason], 0)
}

function undecodable({ undecodable }: SchemaSummary): number {
  return UNDECODABLE_REASONS.reduce((sum, reason) => sum + undecodable[reason], 0)
}
