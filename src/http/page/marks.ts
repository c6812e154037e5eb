import { conditionOf, severityOf, severityOfState, wordsOfState } from '../api/condition.ts'
import type { GroupSummary } from '../api/group-summary.ts'
import { isLossNear } from '../api/lag-time.ts'
import type { PartitionLag, PartitionOwner } from '../api/partition-lag.ts'
import { humanDuration, humanLagTime, humanStall, stallLimitSeconds } from '../human.ts'
import { type Html, html } from './html.ts'

/** The condition of a group, in a word and a colour, and how long a bad one has lasted. */
export function conditionMark(group: GroupSummary): Html {
  const condition = conditionOf(group)
  const severity = severityOf(condition)
  const seconds = severity === 'bad' ? (group.worst?.conditionSeconds ?? null) : null
  return html`<span class="state ${severity}">${condition === 'lag not reported' ? 'lag not reported by this Kafka' : condition}</span>${seconds !== null && html` <span class="muted tight">${humanDuration(seconds)}</span>`}`
}

/** The state of one partition, with the reason where it is not known. */
export function stateMark({ state, reason }: PartitionLag): Html {
  return html`<span class="state ${severityOfState(state)}"${reason !== null && html` title="${reason}"`}>${wordsOfState(state)}</span>`
}

/** Instead of the 0 that counting nothing gives. */
export const NOT_KNOWN = 'not known while the cluster cannot be reached'

export function upMark(up: boolean | null): Html {
  if (up === null) return html`<span class="state">unknown</span>`
  return up ? html`<span class="state good">up</span>` : html`<span class="state bad">down</span>`
}

/** The age of what waits; `±` where it was not read from the record. */
export function lagTime(partition: PartitionLag): Html {
  return html`<span class="${partition.lagSeconds === 0 ? 'muted' : ''}">${humanLagTime(partition)}</span>`
}

/** How long a partition has had work without an advance, of how long it may. */
export function stallClock(partition: PartitionLag): Html {
  const { state, lag, stalledSeconds } = partition
  if (lag === 0 || stalledSeconds === null) return html`<span class="muted">–</span>`
  const severity = state === 'stalled' ? 'bad' : 'neutral'
  const limit = stallLimitSeconds(partition)
  return html`<span class="age ${severity}">${humanStall(partition)}</span>${limit !== null && html` <span class="muted">of ${humanDuration(limit)}</span>`}`
}

/** How long retention leaves what waits; nothing where no loss is in sight. */
export function headroomMark({ headroomSeconds, lagSeconds }: PartitionLag): Html | null {
  if (headroomSeconds === null) return null
  const severity = isLossNear(headroomSeconds * 1000, (lagSeconds ?? 0) * 1000) ? 'warning' : 'neutral'
  return html`<span class="age ${severity}">${headroomSeconds <= 0 ? 'none' : humanDuration(headroomSeconds)}</span>`
}

export function ownerText(owner: PartitionOwner | null): string {
  return owner === null ? 'no owner known' : `${owner.clientId} at ${owner.host}`
}

export function flagMarks({ flags, holes, readable }: PartitionLag): readonly Html[] {
  const marks = flags.map(flag =>
    flag === 'beyondEnd'
      ? html` <span class="state bad">committed beyond end</span>`
      : html` <span class="state warning">rewound</span>`,
  )
  if (holes)
    marks.push(
      html` <span class="chip" title="the log has holes: lag counts offsets without records">holes</span>`,
    )
  if (!readable)
    marks.push(
      html` <span class="chip" title="READ is refused: the age is found by searches">age estimated</span>`,
    )
  return marks
}

/** @param code Kafka's name of why the records of a topic cannot be read */
export function unreadable(code: string): string {
  return code === 'TOPIC_AUTHORIZATION_FAILED'
    ? 'records are not read: READ is refused'
    : `records cannot be read: ${code}`
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
