import type { ClusterHandle } from '../../model/ports.ts'
import { type DeadLetterTopic, deadLetterTopics, toDeadLetterTopic } from '../api/dead-letter-summary.ts'
import { humanCount, humanDuration, humanPlural } from '../human.ts'
import { type Html, html } from './html.ts'
import { railSection, unreadable } from './marks.ts'

const TOPICS_SHOWN = 50

interface Shown {
  readonly topic: DeadLetterTopic
  readonly takenAt: number
}

/** Dead-letter topics that hold something, those with the youngest record first. */
export function renderDeadLetters(clusters: readonly ClusterHandle[]): Html | null {
  const held = deadLetterTopics(clusters, null)
    .map(ref => ({ topic: toDeadLetterTopic(ref), takenAt: ref.snapshot.takenAt }))
    .filter(({ topic }) => topic.depth !== 0)
    .sort(byNewest)
  const hidden = held.length - TOPICS_SHOWN
  const more = hidden > 0 && html`${humanPlural(hidden, 'more topic')} in <a href="api/v1/dlq">the JSON</a>`
  return railSection('dead-letters', 'Dead letters', held.length, held.slice(0, TOPICS_SHOWN).map(row), more)
}

/** Those without a time stamp last; alike ones stay in the order that they are in. */
function byNewest({ topic: { newestAt: a } }: Shown, { topic: { newestAt: b } }: Shown): number {
  if (a === b) return 0
  return (b ?? '') < (a ?? '') ? -1 : 1
}

function row({ topic, takenAt }: Shown): Html {
  return html`<tr><th scope="row"><span class="strong">${topic.topic}</span>${topic.cluster !== null && html`<span class="chip">${topic.cluster}</span>`}<div class="muted">${wordsOf(topic, takenAt)}</div></th><td class="num">${humanCount(topic.depth)}</td></tr>`
}

function wordsOf(topic: DeadLetterTopic, takenAt: number): string {
  const age = (at: string | null) =>
    at === null ? null : humanDuration(Math.max(0, takenAt - Date.parse(at)) / 1000)
  const newest = age(topic.newestAt)
  const oldest = age(topic.oldestAt)
  const cause = topic.causes.find(each => each.sourceTopic !== null)
  return [
    topic.readError !== null && unreadable(topic.readError),
    newest !== null && `newest ${newest} old`,
    oldest !== null && `oldest ${oldest}`,
    topic.drainedBy !== null &&
      topic.undrained !== null &&
      `${humanCount(topic.undrained)} not drained by ${topic.drainedBy}`,
    cause !== undefined && `most from ${cause.sourceTopic}: ${cause.cause.replace(/^.*\./, '')}`,
  ]
    .filter(part => part !== false)
    .join(', ')
}
