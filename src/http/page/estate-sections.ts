import type { ClusterHandle, Estate } from '../../model/ports.ts'
import { type DependencySummary, toDependencySummary } from '../api/dependency-summary.ts'
import { type MissingItem, missingGroupsOf, missingTopicsOf } from '../api/missing.ts'
import { PROBLEM_TOPICS } from '../api/topic-problems.ts'
import { type TopicSummary, toTopicSummary } from '../api/topic-summary.ts'
import { humanDuration, humanPlural } from '../human.ts'
import { type Html, html } from './html.ts'
import { failureText, railSection, upMark } from './marks.ts'

const TOPICS_SHOWN = 50

/** Topics that do not exist, may not be read, or have partitions without leader or full replication. */
export function renderTopicProblems(clusters: readonly ClusterHandle[]): Html | null {
  const missing = missingTopicsOf(clusters)
  const refs = clusters.flatMap(handle => {
    const snapshot = handle.snapshot()
    return snapshot === null ? [] : PROBLEM_TOPICS.of(snapshot).map(t => ({ handle, snapshot, t }))
  })
  const summaries = refs.slice(0, TOPICS_SHOWN).map(toTopicSummary)
  const rows = [...missing.slice(0, TOPICS_SHOWN).map(missingRow), ...summaries.map(renderTopic)]
  const total = refs.length + missing.length
  const hidden = total - rows.length
  const more =
    hidden > 0 && html`${humanPlural(hidden, 'more topic')} in <a href="api/v1/topics">the JSON</a>`
  return railSection('topics', 'Topics in trouble', total, rows, more)
}

function renderTopic(topic: TopicSummary): Html {
  const problems: string[] = []
  const { partitionsWithoutLeader, partitionsUnderReplicated, partitions } = topic
  if (partitionsWithoutLeader > 0) problems.push(`${partitionsWithoutLeader} of ${partitions} without leader`)
  if (partitionsUnderReplicated > 0)
    problems.push(`${partitionsUnderReplicated} of ${partitions} under-replicated`)
  const down = topic.up === false || partitionsWithoutLeader > 0
  const mark = down
    ? html`<span class="state bad">down</span>`
    : html`<span class="state warning">degraded</span>`
  return html`<tr><th scope="row"><span class="strong">${topic.topic}</span>${topic.cluster !== null && html`<span class="chip">${topic.cluster}</span>`}<div class="muted">${problems.join(', ')}</div></th><td class="num">${mark}</td></tr>`
}

const REASONS: Readonly<Record<MissingItem['reason'], string>> = {
  absent: 'does not exist',
  denied: 'may not be read',
  unreadable: 'could not be asked for',
}

/** Groups that the configuration expects and that the clusters do not have. */
export function renderMissingGroups(clusters: readonly ClusterHandle[]): Html | null {
  const missing = missingGroupsOf(clusters)
  return railSection('missing', 'Expected groups missing', missing.length, missing.map(missingRow))
}

function missingRow({ name, cluster, reason, code }: MissingItem): Html {
  return html`<tr><th scope="row"><span class="strong">${name}</span>${cluster !== null && html`<span class="chip">${cluster}</span>`}<div><span class="muted">expected; ${REASONS[reason]}</span>${code !== null && html` <span class="failure">${code}</span>`}</div></th><td class="num">${reason === 'unreadable' ? upMark(null) : html`<span class="state bad">missing</span>`}</td></tr>`
}

/** What the consumers depend on besides Kafka. */
export function renderDependencies(estate: Estate): Html | null {
  const dependencies = estate.dependencies().map(toDependencySummary)
  dependencies.sort((a, b) => Number(a.up !== false) - Number(b.up !== false))
  return railSection('dependencies', 'Dependencies', null, dependencies.map(renderDependency))
}

function renderDependency({ name, kind, up, pingSeconds, failure }: DependencySummary): Html {
  return html`<tr><th scope="row"><span class="strong">${name}</span> <span class="muted">${kind}</span>${failure !== null && html`<div>${failureText(failure)}</div>`}</th><td class="num">${pingSeconds !== null && html`<span class="muted">${humanDuration(pingSeconds)}</span> `}${upMark(up)}</td></tr>`
}
