import type { GroupView } from '../../model/snapshot.ts'
import { lagMsOf } from '../api/lag-time.ts'
import { humanCount, humanDuration, humanList, humanPlural } from '../human.ts'
import type { GroupTally, Tally } from './group-tally.ts'
import { type Phrases, sentence } from './phrases.ts'

/** A group that commits as consumers do by default is this far behind at most while it keeps up. */
const KEEPS_UP_MS = 60_000
/** Reasons and topics that one group has sentences about. */
const MOST_SENTENCES = 3

export function lateSentence(
  p: Phrases,
  { objective, lagMsMax }: GroupView,
  tally: GroupTally,
): string | null {
  if (!isLate({ objective, lagMsMax })) return null
  const where = tally.oldest < 0 ? null : p.place(tally.oldest)
  return sentence([
    `${p.name} misses its objective: its oldest waiting record is ${humanDuration(lagMsMax / 1000)} old, ${humanDuration((objective.lagMs as number) / 1000)} is allowed`,
    where === null ? null : `it waits in ${where}`,
  ])
}

export function isLate({ objective, lagMsMax }: Pick<GroupView, 'objective' | 'lagMsMax'>): boolean {
  return objective.lagMs !== null && lagMsMax > objective.lagMs
}

export function beyondEndSentence(p: Phrases, { beyondEnd }: GroupTally): string | null {
  const worst = beyondEnd.named[0]
  if (worst === undefined) return null
  const { committed } = p.snapshot.cells
  const end = p.snapshot.partitions.highWatermark[p.row(worst)] as number
  const where = beyondEnd.count === 1 ? '' : ` of ${p.place(worst)}`
  const offsets = `committed ${humanCount(committed[worst] as number)}, end${where} ${humanCount(end)}`
  return sentence([
    `${p.name} has committed beyond the end of ${p.places(beyondEnd)} (${offsets})`,
    'the log was truncated or made anew, or the commit is wrong',
  ])
}

/** Of the partition that retention is nearest to. */
export function lossSentence(p: Phrases, { nearestLoss: c }: GroupTally): string | null {
  if (c < 0) return null
  const headroom = p.snapshot.cells.headroomMs?.[c] as number
  const atPresent = p.snapshot.cells.timeToLossMs?.[c] ?? Number.NaN
  const when = headroom <= 0 ? 'at any moment' : `in ${humanDuration(headroom / 1000)} if it stopped now`
  return sentence([
    `retention may delete what ${p.name} has not read of ${p.place(c)} ${when}`,
    Number.isNaN(atPresent)
      ? null
      : `at its present speed in about ${humanDuration(Math.max(0, atPresent) / 1000)}`,
    p.oldest(c),
  ])
}

export function lostSentences(p: Phrases): readonly string[] {
  const { lost } = p.snapshot.blocks
  return topicsWhere(p, b => (lost[b] as number) > 0).map(
    ({ topic, b }) =>
      `${p.name} has lost ${humanPlural(lost[b] as number, 'offset')} of ${topic}: retention deleted them before they were read`,
  )
}

/** A moment's estimate: of a group that keeps up it says nothing. */
export function fallingBehindSentence(p: Phrases, group: GroupView, tally: GroupTally): string | null {
  const { catchUpMs } = p.snapshot.blocks
  const topics = topicsWhere(p, b => catchUpMs[b] === Number.POSITIVE_INFINITY).map(({ topic }) => topic)
  if (topics.length === 0 || keepsUp(p, group, tally)) return null
  const written = `${humanList(topics)} ${topics.length === 1 ? 'is' : 'are'} written faster than it reads`
  return `${p.name} falls behind: ${figuresOf(p, tally)}; ${written}`
}

function topicsWhere(p: Phrases, holds: (block: number) => boolean): { topic: string; b: number }[] {
  const { layout } = p.snapshot
  const found: { topic: string; b: number }[] = []
  for (let b = layout.groupStart[p.g] as number; b < (layout.groupStart[p.g + 1] as number); b++) {
    if (found.length === MOST_SENTENCES) break
    if (holds(b)) found.push({ topic: layout.topology.topics[layout.blockTopic[b] as number] as string, b })
  }
  return found
}

/** What follows from the group's own failure is told with that. */
export function unknownSentences(
  p: Phrases,
  { failure }: GroupView,
  { reasons }: GroupTally,
): readonly string[] {
  const others = [...reasons].filter(([reason]) => failure === null || !reason.endsWith(`: ${failure.code}`))
  const most = others.sort(([, a], [, b]) => b.count - a.count).slice(0, MOST_SENTENCES)
  return most.map(([reason, of]) => `how ${p.name} fares on ${p.places(of)} is not known: ${reason}`)
}

/** Nobody is there, but for a shorter time than it may be so. */
export function noMembersSentence(p: Phrases, { waiting, oldest }: GroupTally): string | null {
  const worst = waiting.named[0]
  if (worst === undefined) return null
  const stood = p.forSoLong(worst, p.snapshot.cells.workSince[worst] as number)
  return sentence([
    `${p.name} has no members at present`,
    `${p.messages(waiting.lag)} in ${p.places(waiting)}${stood === '' ? '' : ` without an advance${stood}`}`,
    oldest < 0 ? null : p.oldest(oldest),
  ])
}

/** Of a group that nothing is wrong with, as far as is known. */
export function calmSentence(p: Phrases, group: GroupView, tally: GroupTally): string {
  const { waiting, unclocked, untimed, uncommitted } = tally
  if (uncommitted.count === tally.partitions) return `${p.name} ${notYetOn(p, uncommitted)}`
  if (waiting.count === 0) {
    return `${p.name} has caught up: ${humanPlural(tally.partitions - uncommitted.count, 'partition')}, nothing waiting`
  }
  const gap =
    untimed.count > 0
      ? `the age of what waits in ${humanPlural(untimed.count, 'partition')} is not known`
      : null
  if (unclocked.count > 0) return sentence([`${p.name} is behind: ${figuresOf(p, tally)}`, gap])
  if (keepsUp(p, group, tally)) return `${p.name} keeps up: ${figuresOf(p, tally)}`
  return sentence([`${p.name} moves: ${figuresOf(p, tally)}`, gap, catchUpOf(p)])
}

function keepsUp(p: Phrases, { objective }: GroupView, { untimed, oldest }: GroupTally): boolean {
  if (untimed.count > 0) return false
  return oldest < 0 || lagMsOf(p.snapshot, oldest) <= (objective.lagMs ?? KEEPS_UP_MS)
}

/** "50 partitions, 3 messages waiting, oldest waiting record 2 s old" */
function figuresOf(p: Phrases, { partitions, uncommitted, waiting, oldest }: GroupTally): string {
  const figures = [humanPlural(partitions - uncommitted.count, 'partition')]
  figures.push(
    Number.isNaN(waiting.lag)
      ? 'how many messages wait is not known'
      : `${humanPlural(waiting.lag, 'message')} waiting`,
  )
  if (oldest >= 0) {
    figures.push(`oldest waiting record ${humanDuration(lagMsOf(p.snapshot, oldest) / 1000)} old`)
  }
  return figures.join(', ')
}

/** Of the topic that takes longest; estimates are only told where there are some for all that is behind. */
function catchUpOf(p: Phrases): string | null {
  const { layout, blocks } = p.snapshot
  const times = blocks.catchUpMs.subarray(layout.groupStart[p.g], layout.groupStart[p.g + 1])
  const longest = times.reduce((a, b) => Math.max(a, b), 0)
  return longest > 0 && Number.isFinite(longest)
    ? `will have caught up in about ${humanDuration(longest / 1000)}`
    : null
}

/** Of partitions whose reader may commit yet. Where there are no others that is all there is to say. */
export function uncommittedSentence(p: Phrases, { uncommitted, partitions }: GroupTally): string | null {
  if (uncommitted.count === 0 || uncommitted.count === partitions) return null
  return `${p.name} ${notYetOn(p, uncommitted)}`
}

/** "has not committed on orders/3 yet, assigned for at least 4 min (threshold 15 min)" */
function notYetOn(p: Phrases, uncommitted: Tally): string {
  const worst = uncommitted.named[0] as number
  const time = p.forSoLong(worst, p.snapshot.cells.workSince[worst] as number)
  return `has not committed on ${p.places(uncommitted)} yet, assigned${time}${p.threshold(worst)}`
}

export function rewoundSentence(p: Phrases, { rewound }: GroupTally): string | null {
  if (rewound.count === 0) return null
  const its = rewound.count === 1 ? 'its former place' : 'their former places'
  return `${p.name} went back on ${p.places(rewound)} and has not regained ${its}`
}

export function refusedSentence(p: Phrases, { unreadable }: GroupTally): string | null {
  if (unreadable.count === 0) return null
  const widest = unreadable.named.reduce((most, c) => {
    const width = p.snapshot.cells.headUncertaintyMs[c] as number
    return width > most ? width : most
  }, 0)
  const within = widest > 0 ? `, within ${humanDuration(widest / 1000)}` : ''
  const topics = [...new Set(unreadable.named.map(c => p.topic(c)))]
  return `ages of ${p.name} on ${humanList(topics)} are found by searches for time stamps${within}: READ is refused`
}

/** KIP-932: no commit, no clock, no record that waits for a certain consumer. */
export function shareSentence(p: Phrases, { share }: GroupView): string {
  const lags = [...(share?.lags ?? [])]
  const known = lags.filter(lag => !Number.isNaN(lag))
  const all = humanPlural(lags.length, 'partition')
  if (known.length === 0) return `${p.name} is a share group of ${all}, whose lag this Kafka does not tell`
  const lag = known.reduce((sum, one) => sum + one, 0)
  const least = known.length < lags.length ? 'at least ' : ''
  return `${p.name} is a share group of ${all}: ${least}${p.messages(lag)}; share groups have no clock`
}
