import type { Steps } from '../../model/steps.ts'
import { detailInSteps, type GroupDetail, type GroupTopic, type MemberDetail } from '../api/group-detail.ts'
import { GROUP_INDEX } from '../api/group-index.ts'
import type { GroupRef, ObjectiveView } from '../api/group-summary.ts'
import type { WorstPartition } from '../api/partition-lag.ts'
import { partitionsOf } from '../api/worst-partitions.ts'
import { humanCount, humanDuration, humanPlural } from '../human.ts'
import { choiceOf, wholeNumberOf } from '../parameters.ts'
import { renderDocument } from './document.ts'
import { type Html, html } from './html.ts'
import { type Base, groupLink, overviewLink } from './links.ts'
import {
  conditionMark,
  flagMarks,
  heading,
  headroomMark,
  lagTime,
  ownerText,
  scrolled,
  stallClock,
  stateMark,
} from './marks.ts'
import { oldestAge, pollSecondsOf } from './overview.ts'

const PARTITIONS_PER_PAGE = 250
const MEMBERS_SHOWN = 200

const ORDERS = ['worst', 'partition'] as const

export interface GroupPageInputs {
  readonly ref: GroupRef
  readonly base: Base
  readonly query: URLSearchParams
  readonly version: string
  readonly telemetryPath: string
  readonly now: number
}

/** Everything about one group: every partition with its owner, worst first, and the members. */
export function* renderGroupPage({
  ref,
  base,
  query,
  version,
  telemetryPath,
  now,
}: GroupPageInputs): Steps<string> {
  yield* GROUP_INDEX.steps(ref.snapshot)
  const group = yield* detailInSteps(ref, { topic: null, limit: PARTITIONS_PER_PAGE })
  const name = group.group === '' ? '(empty name)' : group.group
  yield
  const partitions =
    group.shareTopics === null ? renderPartitions(ref, group, { base, query }) : renderShare(group, base)
  yield
  const content = html`<main>
<div id="headline" data-live><h1>${name} ${conditionMark(group)}</h1>
<p class="lead"><a href="${overviewLink(base)}">All groups</a></p>
<ul class="words">${group.words.map(words => html`<li>${words}</li>`)}</ul>
${renderFacts(group)}</div>
<div id="partitions" data-live>${partitions}</div>
<div id="members" data-live>${renderMembers(group.memberList)}</div>
</main>`
  const frame = {
    title: `${name} · kafka-health-exporter`,
    base,
    version,
    telemetryPath,
    pollSeconds: pollSecondsOf([ref.handle]),
    ageSeconds: oldestAge([ref.handle], now),
  }
  return renderDocument(frame, content)
}

function renderFacts(group: GroupDetail): Html {
  const tile = (title: string, value: Html | string) =>
    html`<li><span class="value">${value}</span><span class="name">${title}</span></li>`
  return html`<ul class="tiles">
${group.shareTopics === null && tile('Lag in time', humanDuration(group.lagSecondsMax))}
${tile('Lag', humanCount(group.lagSum))}
${tile('Largest of a partition', humanCount(group.lagMax))}
${group.shareTopics === null && tile('Partitions behind', html`${humanCount(group.partitionsBehind)} <small>of ${humanCount(group.partitions)}</small>`)}
${tile('Members', humanCount(group.members))}
${tile('State', group.state ?? '–')}
</ul>
<section><dl class="facts">
${group.cluster !== null && html`<dt>Cluster</dt><dd>${group.cluster}</dd>`}
<dt>Kind</dt><dd>${[group.kind, group.protocol].filter(text => text !== null).join(', ')}</dd>
<dt>Coordinator</dt><dd>${group.coordinator === null ? 'not known' : `broker ${group.coordinator}`}</dd>
<dt>Rebalances seen</dt><dd>${humanCount(group.rebalances)}</dd>
<dt>Last read</dt><dd>${group.lastReadAt === null ? 'never' : html`<time datetime="${group.lastReadAt}">${group.lastReadAt.slice(0, 19).replace('T', ' ')} UTC</time>`}</dd>
${group.objective !== null && html`<dt>Objective</dt><dd>${objectiveText(group.objective)}</dd>`}
${group.keptUpSeconds !== null && html`<dt>Kept for</dt><dd>${humanDuration(group.keptUpSeconds)}</dd>`}
${group.topicList.map(catchUpFact)}
${group.failure !== null && html`<dt>Failure</dt><dd><span class="failure">${group.failure.code}</span> ${group.failure.message}</dd>`}
</dl></section>`
}

function objectiveText({ lagSeconds, stalledAfterSeconds, clock, isolation }: ObjectiveView): string {
  const parts = [
    lagSeconds === null ? 'no limit of lag in time' : `at most ${humanDuration(lagSeconds)} behind`,
    `stalled after ${humanDuration(stalledAfterSeconds)} or more`,
  ]
  if (clock === 'seen') parts.push('ages count from when a record was first seen')
  if (isolation !== 'auto') parts.push(isolation.replace('_', ' '))
  return parts.join(', ')
}

function catchUpFact({ topic, catchUpSeconds, fallingBehind, lostOffsets }: GroupTopic): Html | null {
  const parts: string[] = []
  if (fallingBehind) parts.push('falling behind')
  else if (catchUpSeconds !== null && catchUpSeconds > 0) {
    parts.push(`caught up in about ${humanDuration(catchUpSeconds)}`)
  }
  if (lostOffsets !== null && lostOffsets > 0) parts.push(`${humanPlural(lostOffsets, 'offset')} lost`)
  return parts.length === 0 ? null : html`<dt>${topic}</dt><dd>${parts.join(', ')}</dd>`
}

function renderPartitions(
  ref: GroupRef,
  group: GroupDetail,
  { base, query }: { readonly base: Base; readonly query: URLSearchParams },
): Html {
  const total = group.partitions
  if (total === 0) return html`<p class="empty">No partition is committed or assigned.</p>`
  const order = choiceOf(query, 'sort', ORDERS)
  const pages = Math.ceil(total / PARTITIONS_PER_PAGE)
  const page = Math.min(wholeNumberOf(query, 'page', { least: 1, most: 1_000_000, fallback: 1 }), pages)
  const first = (page - 1) * PARTITIONS_PER_PAGE
  const shown = partitionsOf(ref, { order, first, count: PARTITIONS_PER_PAGE })
  const link = (sort: string, to: number, text: string) =>
    html`<a data-soft href="${groupLink(base, group.cluster, group.group, { sort, page: to > 1 ? String(to) : '' })}">${text}</a>`
  const kept = order === 'worst' ? '' : order
  return html`<section aria-labelledby="partitions-title">
<div class="head"><h2 id="partitions-title">Partitions<span class="count">${humanCount(total)} in ${humanPlural(group.topics, 'topic')}</span></h2></div>
${scrolled(
  'Partitions',
  html`<table class="rows"><thead><tr><th scope="col"${order === 'partition' && html` aria-sort="ascending"`}>${link('partition', 1, `Partition${order === 'partition' ? ' ↑' : ''}`)}</th><th scope="col"${order === 'worst' && html` aria-sort="descending"`}>${link('', 1, `State${order === 'worst' ? ' ↓' : ''}`)}</th>${heading('Lag in time', true)}${heading('Lag', true)}${heading('No advance for', true)}${heading('Until retention', true)}${heading('Committed', true)}${heading('End', true)}${heading('Log start', true)}${heading('Client id')}${heading('Host')}</tr></thead>
<tbody>${shown.map(renderPartition)}</tbody></table>`,
)}
${pages > 1 && html`<p class="more"><span>${humanCount(first + 1)} to ${humanCount(first + shown.length)} of ${humanPlural(total, 'partition')}</span>${page > 1 && link(kept, page - 1, '← Previous')}${page < pages && link(kept, page + 1, 'Next →')}</p>`}
</section>`
}

function renderPartition(row: WorstPartition): Html {
  return html`<tr><th scope="row">${row.topic}/${row.partition}${flagMarks(row)}</th><td>${stateMark(row)}</td><td class="num">${lagTime(row)}</td><td class="num${row.lag ? ' strong' : ''}">${humanCount(row.lag)}</td><td class="num">${stallClock(row)}</td><td class="num">${headroomMark(row)}</td><td class="num">${humanCount(row.committedOffset)}</td><td class="num">${humanCount(row.endOffset)}</td><td class="num">${humanCount(row.logStartOffset)}</td><td>${row.owner?.clientId ?? html`<span class="muted">${ownerText(null)}</span>`}</td><td>${row.owner?.host}</td></tr>`
}

function renderShare(group: GroupDetail, base: Base): Html {
  const rows = (group.shareTopics ?? []).flatMap(({ topic, partitions }) =>
    partitions.map(p => ({ topic, ...p })),
  )
  if (rows.length === 0) return html`<p class="empty">No partition has a start offset.</p>`
  return html`<section aria-labelledby="partitions-title">
<div class="head"><h2 id="partitions-title">Partitions<span class="count">${humanCount(group.partitions)}</span></h2></div>
${scrolled(
  'Partitions',
  html`<table class="rows"><thead><tr>${heading('Partition')}${heading('Lag', true)}${heading('Start offset', true)}</tr></thead><tbody>${rows.map(
    row =>
      html`<tr><th scope="row">${row.topic}/${row.partition}</th><td class="num">${humanCount(row.lag)}</td><td class="num">${humanCount(row.startOffset)}</td></tr>`,
  )}</tbody></table>`,
)}
${group.truncated && html`<p class="more">${humanPlural(group.partitions - rows.length, 'more partition')} in <a href="${base}api/v1/groups">the JSON</a></p>`}
</section>`
}

function renderMembers(members: readonly MemberDetail[] | null): Html | null {
  if (members === null) return html`<p class="empty">The members are not known.</p>`
  if (members.length === 0) return null
  return html`<section aria-labelledby="members-title">
<div class="head"><h2 id="members-title">Members<span class="count">${humanCount(members.length)}</span></h2></div>
${scrolled(
  'Members',
  html`<table class="rows"><thead><tr>${heading('Client id')}${heading('Host')}${heading('Partitions', true)}${heading('Member id')}</tr></thead><tbody>${members
    .slice(0, MEMBERS_SHOWN)
    .map(
      member =>
        html`<tr><th scope="row" class="strong">${member.clientId}</th><td>${member.host}</td><td class="num">${humanCount(member.partitions)}</td><td class="muted">${member.memberId}</td></tr>`,
    )}</tbody></table>`,
)}
${members.length > MEMBERS_SHOWN && html`<p class="more">${humanPlural(members.length - MEMBERS_SHOWN, 'more member')}</p>`}
</section>`
}
