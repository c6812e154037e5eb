import { conditionOf, severityOf, severityOfAge } from '../api/condition.ts'
import type { GroupSummary } from '../api/group-summary.ts'
import type { PartitionLag, PartitionOwner } from '../api/partition-lag.ts'
import { humanAdvanceAge } from '../human.ts'
import { type Html, html } from './html.ts'

/** The condition of a group, in a word and a colour. */
export function conditionMark(group: GroupSummary): Html {
  const condition = conditionOf(group)
  return html`<span class="state ${severityOf(condition, group.sicknessSeconds)}">${condition === 'lag not reported' ? 'lag not reported by this Kafka' : condition}</span>`
}

/** Instead of the 0 that counting nothing gives. */
export const NOT_KNOWN = 'not known while the cluster cannot be reached'

export function upMark(up: boolean | null): Html {
  if (up === null) return html`<span class="state">unknown</span>`
  return up ? html`<span class="state good">up</span>` : html`<span class="state bad">down</span>`
}

/** How long a partition with lag has been without an advance; muted for one without lag. */
export function advanceAge(partition: PartitionLag): Html {
  const text = humanAdvanceAge(partition)
  if (!partition.lag) return html`<span class="muted">${text}</span>`
  return html`<span class="age ${severityOfAge(partition.advanceAgeSeconds)}">${text}</span>`
}

export function ownerText(owner: PartitionOwner | null): string {
  return owner === null ? 'no owner known' : `${owner.clientId} at ${owner.host}`
}

export function flagMarks({ flags }: PartitionLag): readonly Html[] {
  return flags.map(flag =>
    flag === 'beyondEnd'
      ? html` <span class="state bad">committed beyond end</span>`
      : html` <span class="state warning">rewound</span>`,
  )
}

/** A label over a column of figures. */
export function heading(text: string, numeric = false): Html {
  return html`<th scope="col"${numeric && html` class="num"`}>${text}</th>`
}

/** A table that scrolls sideways by itself on a narrow screen, by keyboard too. */
export function scrolled(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`
}

export function failureText(
  failure: { readonly code: string; readonly message: string } | null,
): Html | null {
  if (failure === null) return null
  return html`<span class="failure">${failure.code}</span> <span class="muted">${failure.message}</span>`
}

/** A narrow table beside the groups, one row an item; nothing at all where there is none. */
export function railSection(
  id: string,
  title: string,
  count: number | null,
  rows: readonly Html[],
  more: Html | false = false,
): Html | null {
  if (rows.length === 0) return null
  return html`<section aria-labelledby="${id}-title">
<div class="head"><h2 id="${id}-title">${title}${count !== null && html`<span class="count">${count}</span>`}</h2></div>
<div class="scroll"><table class="rows"><tbody>${rows}</tbody></table></div>
${more !== false && html`<p class="more">${more}</p>`}
</section>`
}
