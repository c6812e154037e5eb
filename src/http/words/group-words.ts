import { BAD_STATES, type GroupView, type Snapshot } from '../../model/snapshot.ts'
import { badSentences } from './bad-sentences.ts'
import { type GroupTally, tallyGroup } from './group-tally.ts'
import {
  beyondEndSentence,
  calmSentence,
  fallingBehindSentence,
  isLate,
  lateSentence,
  lossSentence,
  lostSentences,
  noMembersSentence,
  refusedSentence,
  rewoundSentence,
  shareSentence,
  uncommittedSentence,
  unknownSentences,
} from './other-sentences.ts'
import { Phrases } from './phrases.ts'

/**
 * What is to be said of group `g`, in sentences: one for each thing that is wrong, the worst first, then what is worth
 * knowing besides; the first is the summary. There is always one. Their number and length are bounded, however many
 * partitions there are. Names are as Kafka has them: whoever shows them escapes them.
 */
export function groupWords(snapshot: Snapshot, g: number): readonly [string, ...string[]] {
  const group = snapshot.groups[g]
  if (group === undefined) throw new RangeError(`no group ${g} in a snapshot of ${snapshot.groups.length}`)
  const phrases = new Phrases(snapshot, g)
  if (group.share !== null) return [shareSentence(phrases, group)]
  const tally = tallyGroup(snapshot, g)
  const wrong = whatIsWrong(phrases, group, tally)
  const besides = whatIsWorthKnowing(phrases, tally)
  const [first, ...rest] = [
    ...wrong,
    ...(wrong.length === 0 ? [calm(phrases, group, tally)] : []),
    ...besides,
  ]
  return [first as string, ...rest]
}

function whatIsWrong(p: Phrases, group: GroupView, tally: GroupTally): readonly string[] {
  const bad = badSentences(p, tally)
  const told = (part: string | null | false) => (part === null || part === false ? [] : [part])
  return [
    ...bad,
    ...told(beyondEndSentence(p, tally)),
    ...told(tally.isLossNear && !isLossTold(tally) && lossSentence(p, tally)),
    // A stuck partition misses every objective: that it does is no news.
    ...told(bad.length === 0 && isLate(group) && lateSentence(p, group, tally)),
    ...told(group.failure !== null && unreadableSentence(p, group, tally)),
    ...unknownSentences(p, group, tally),
    ...told(isEmpty(group) && noMembersSentence(p, tally)),
    ...told(bad.length === 0 && fallingBehindSentence(p, group, tally)),
  ]
}

function whatIsWorthKnowing(p: Phrases, tally: GroupTally): readonly string[] {
  const parts = [
    tally.isLossNear || isLossTold(tally) ? null : lossSentence(p, tally),
    ...lostSentences(p),
    uncommittedSentence(p, tally),
    rewoundSentence(p, tally),
    refusedSentence(p, tally),
  ]
  return parts.filter(part => part !== null)
}

/** The sentence of a bad state says it of the partition that is longest in it. */
function isLossTold({ states, nearestLoss }: GroupTally): boolean {
  return [...states].some(([state, { named }]) => BAD_STATES.has(state) && named[0] === nearestLoss)
}

function isEmpty({ state }: Pick<GroupView, 'state'>): boolean {
  return state === 'Empty' || state === 'Dead'
}

function unreadableSentence({ name }: Phrases, { failure }: GroupView, { partitions }: GroupTally): string {
  const kept = partitions > 0 ? '; what is shown of it is from before' : ''
  return `${name} could not be read: ${failure?.code} (${failure?.message})${kept}`
}

function calm(p: Phrases, group: GroupView, tally: GroupTally): string {
  if (tally.partitions > 0) return calmSentence(p, group, tally)
  if (!group.up) return `nothing is known of ${p.name}`
  return `${p.name} has committed nothing and is assigned nothing`
}
