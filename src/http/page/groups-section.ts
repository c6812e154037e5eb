import type { ClusterHandle } from '../../model/ports.ts'
import type { Steps } from '../../model/steps.ts'
import { conditionOf, severityOf } from '../api/condition.ts'
import { type GroupRef, type GroupSummary, toGroupSummary } from '../api/group-summary.ts'
import type { WorstPartition } from '../api/partition-lag.ts'
import { GROUP_ORDERS, type GroupOrder, selectInSteps } from '../api/select-groups.ts'
import { partitionsOf } from '../api/worst-partitions.ts'
import { humanCount, humanDuration, humanPlural } from '../human.ts'
import { parseNameMatch } from '../name-match.ts'
import { choiceOf, textOf, wholeNumberOf } from '../parameters.ts'
import { type Html, html } from './html.ts'
import { groupLink, overviewLink } from './links.ts'
import {
  conditionMark,
  flagMarks,
  heading,
  headroomMark,
  lagTime,
  NOT_KNOWN,
  ownerText,
  scrolled,
  stallClock,
  stateMark,
} from './marks.ts'

const GROUPS_PER_PAGE = 50
/** Partitions shown of one group here; its own page has them all. */
const PARTITIONS_SHOWN = 10
const COLUMNS = 7

export interface GroupsView {
  readonly search: string
  readonly order: GroupOrder
  readonly page: number
  readonly cluster: string
}

export function groupsViewOf(query: URLSearchParams): GroupsView {
  return {
    search: textOf(query, 'q'),
    order: choiceOf(query, 'sort', GROUP_ORDERS),
    page: wholeNumberOf(query, 'page', { least: 1, most: 1_000_000, fallback: 1 }),
    cluster: textOf(query, 'cluster'),
  }
}

/** The filter stands outside of what refreshes itself, so that nobody's typing is swapped away. */
export function* renderGroups(clusters: readonly ClusterHandle[], view: GroupsView): Steps<Html> {
  const table = yield* renderTable(clusters, view)
  return html`<section aria-labelledby="groups-title">
<div class="head"><h2 id="groups-title">Consumer groups</h2>
<form method="get" action="./" role="search" data-filter>
<label class="hidden-label" for="filter">Filter groups by name</label>
<input id="filter" type="search" name="q" value="${view.search}" placeholder="Filter groups, or /regex/" maxlength="512" autocomplete="off" spellcheck="false">
${view.order !== 'sickness' && html`<input type="hidden" name="sort" value="${view.order}">`}
${view.cluster !== '' && html`<input type="hidden" name="cluster" value="${view.cluster}">`}
<button type="submit">Filter</button>
</form></div>
<div id="groups" data-live>${table}</div>
</section>`
}

function* renderTable(clusters: readonly ClusterHandle[], view: GroupsView): Steps<Html> {
  const refs = yield* selectInSteps(clusters, {
    group: parseNameMatch('q', view.search),
    topic: null,
    order: view.order,
    share: false,
  })
  if (refs.length === 0) {
    return html`<p class="empty">${whyNone(clusters, view)}</p>`
  }
  const pages = Math.ceil(refs.length / GROUPS_PER_PAGE)
  const page = Math.min(view.page, pages)
  const first = (page - 1) * GROUPS_PER_PAGE
  const shown = refs.slice(first, first + GROUPS_PER_PAGE)
  const several = clusters.length > 1
  const rows: Html[] = []
  for (const ref of shown) {
    rows.push(renderGroup(ref, several))
    yield
  }
  return html`${scrolled(
    'Consumer groups',
    html`<table class="groups"><thead><tr>
${sortable('Group', 'name', view)}${sortable('Condition', 'sickness', view)}${sortable('Lag in time', 'lag_seconds', view)}${sortable('Lag', 'lag', view)}${heading('Partitions behind', true)}${sortable('Members', 'members', view)}${heading('State')}
</tr></thead>${rows}</table>`,
  )}
${renderMore(view, page, pages, first, shown.length, refs.length)}`
}

function whyNone(clusters: readonly ClusterHandle[], view: GroupsView): string {
  if (clusters.some(cluster => cluster.snapshot()?.up === false)) return `Groups are ${NOT_KNOWN}.`
  if (clusters.some(cluster => cluster.snapshot() === null)) return 'Groups are not known yet or no longer.'
  return view.search === '' ? 'No consumer groups.' : 'No group matches the filter.'
}

const TEXTS: ReadonlySet<GroupOrder> = new Set(['name', 'sickness'])

function sortable(text: string, order: GroupOrder, view: GroupsView): Html {
  const current = view.order === order
  const sort = current || order === 'sickness' ? '' : order
  const link = overviewLink('', { q: view.search, cluster: view.cluster, sort })
  const direction = order === 'name' ? 'ascending' : 'descending'
  return html`<th scope="col"${!TEXTS.has(order) && html` class="num"`}${current && html` aria-sort="${direction}"`}><a data-soft href="${link}">${text}${current && (order === 'name' ? ' ↑' : ' ↓')}</a></th>`
}

function renderGroup(ref: GroupRef, several: boolean): Html {
  const group = toGroupSummary(ref)
  return html`<tbody><tr>
<th scope="row"><a href="${groupLink('', group.cluster, group.group)}">${group.group === '' ? '(empty name)' : group.group}</a>${several && html`<span class="chip">${group.cluster}</span>`}${group.kind !== 'classic' && html`<span class="chip">${group.kind}</span>`}${group.configured && html`<span class="chip">expected</span>`}</th>
<td>${conditionMark(group)}</td>
<td class="num ${group.lagSecondsMax === 0 ? 'muted' : ''}">${humanDuration(group.lagSecondsMax)}</td>
<td class="num ${group.lagSum === 0 ? 'muted' : 'strong'}">${humanCount(group.lagSum)}</td>
<td class="num"><span class="${group.partitionsBehind > 0 ? '' : 'muted'}">${humanCount(group.partitionsBehind)}</span> <span class="muted">of ${humanCount(group.partitions)}</span></td>
<td class="num">${humanCount(group.members)}</td><td class="tight">${group.state ?? html`<span class="muted">–</span>`}</td>
</tr>${renderDetail(ref, group)}</tbody>`
}

/** The sentence, and the partitions that it is about. */
function renderDetail(ref: GroupRef, group: GroupSummary): Html | null {
  if (group.worst === null) {
    if (group.failure === null) return null
    return html`<tr class="detail"><td colspan="${COLUMNS}">${group.summary}</td></tr>`
  }
  const unfinished = Math.max(group.partitionsBad, group.partitionsBehind, 1)
  const rows = partitionsOf(ref, { order: 'worst', first: 0, count: Math.min(PARTITIONS_SHOWN, unfinished) })
  const id = `d-${group.cluster ?? ''}-${group.group}`
  const hidden = Math.max(0, group.partitionsBehind - rows.length)
  return html`<tr class="detail"><td colspan="${COLUMNS}"><details id="${id}"><summary id="s${id}"${isUnwell(group) && html` class="told"`}>${group.summary}</summary>
<table><thead><tr>${heading('Partition')}${heading('State')}${heading('Lag in time', true)}${heading('Lag', true)}${heading('No advance for', true)}${heading('Until retention', true)}${heading('Committed', true)}${heading('End', true)}${heading('Owner')}</tr></thead><tbody>${rows.map(renderPartition)}</tbody></table>
<p><a href="${groupLink('', group.cluster, group.group)}">${hidden > 0 && `${humanPlural(hidden, 'more partition')} behind; `}all ${humanPlural(group.partitions, 'partition')} of the group</a></p></details></td></tr>`
}

function isUnwell(group: GroupSummary): boolean {
  const severity = severityOf(conditionOf(group))
  return severity === 'bad' || severity === 'warning'
}

function renderPartition(row: WorstPartition): Html {
  return html`<tr><th scope="row">${row.topic}/${row.partition}${flagMarks(row)}</th><td>${stateMark(row)}</td><td class="num">${lagTime(row)}</td><td class="num">${humanCount(row.lag)}</td><td class="num">${stallClock(row)}</td><td class="num">${headroomMark(row)}</td><td class="num">${humanCount(row.committedOffset)}</td><td class="num">${humanCount(row.endOffset)}</td><td>${ownerText(row.owner)}</td></tr>`
}

function renderMore(
  view: GroupsView,
  page: number,
  pages: number,
  first: number,
  shown: number,
  total: number,
): Html | null {
  if (pages === 1) return null
  const link = (to: number, text: string) =>
    html`<a data-soft href="${overviewLink('', { q: view.search, cluster: view.cluster, sort: view.order === 'sickness' ? '' : view.order, page: String(to) })}">${text}</a>`
  return html`<p class="more"><span>${humanCount(first + 1)} to ${humanCount(first + shown)} of ${humanPlural(total, 'group')}; filter to see others</span>${page > 1 && link(page - 1, '← Previous')}${page < pages && link(page + 1, 'Next →')}</p>`
}
