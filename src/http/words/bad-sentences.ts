import type { OpenTransaction } from '../../model/evidence.ts'
import { BAD_STATES, type CellState } from '../../model/snapshot.ts'
import { humanCount, humanList, humanPlural } from '../human.ts'
import { countOf, type GroupTally, NAMED, type Tally } from './group-tally.ts'
import { type Phrases, sentence } from './phrases.ts'

type BadState = 'stalled' | 'hung_transaction' | 'no_consumer' | 'never_committed' | 'abandoned'

const SENTENCES: Readonly<Record<BadState, (p: Phrases, of: Tally, all: GroupTally) => string>> = {
  stalled: stalledSentence,
  hung_transaction: hungSentence,
  no_consumer: noConsumerSentence,
  never_committed: neverCommittedSentence,
  abandoned: abandonedSentence,
}

/** One for each bad state that the group is in somewhere, the worst first. */
export function badSentences(phrases: Phrases, tally: GroupTally): readonly string[] {
  return [...tally.states].flatMap(([state, of]) =>
    isBadState(state) ? [SENTENCES[state](phrases, of, tally)] : [],
  )
}

function isBadState(state: CellState): state is BadState {
  return BAD_STATES.has(state)
}

function stalledSentence(p: Phrases, of: Tally, all: GroupTally): string {
  const worst = of.named[0] as number
  const where = `${p.place(worst)}${p.atOffset(worst)}${p.forSoLong(worst)}${p.threshold(worst)}`
  const others = othersOf(all, of)
  if (of.count === 1) return sentence([`${p.name} is stuck on ${where}`, others, ...p.about(worst)])
  return sentence([
    `${p.name} is stuck on ${humanPlural(of.count, 'partition')}, longest on ${where}`,
    `then ${nextOnes(p, of)}`,
    others,
    `of ${p.place(worst)}: ${humanList(p.about(worst).filter(part => part !== null))}`,
  ])
}

/** "orders/3 for 9 min and 4 more" */
function nextOnes(p: Phrases, { named, count }: Tally): string {
  const next = named.slice(1).map(c => `${p.place(c)}${p.forSoLong(c)}`)
  const rest = count > NAMED ? [`${humanCount(count - NAMED)} more`] : []
  return humanList([...next, ...rest])
}

/** How the rest of the group fares. Those in another bad state have a sentence of their own. */
function othersOf(all: GroupTally, of: Tally): string | null {
  const moving = countOf(all, 'advancing')
  const caughtUp = countOf(all, 'caught_up')
  const parts: string[] = []
  if (moving > 0) parts.push(`${humanCount(moving)} ${moving === 1 ? 'other moves' : 'others move'}`)
  if (caughtUp > 0) {
    const others = moving > 0 ? '' : caughtUp === 1 ? ' other' : ' others'
    parts.push(`${humanCount(caughtUp)}${others} ${caughtUp === 1 ? 'has' : 'have'} caught up`)
  }
  if (parts.length === 0 && of.count > 1 && of.count === all.partitions) return 'no other partition moves'
  return parts.length === 0 ? null : parts.join(', ')
}

function hungSentence(p: Phrases, of: Tally): string {
  const worst = of.named[0] as number
  const partitions = of.count === 1 ? '' : `${humanPlural(of.count, 'partition')}, longest on `
  return sentence([
    `${p.name} waits for a transaction that does not end on ${partitions}${p.place(worst)}${p.atOffset(worst)}${p.forSoLong(worst)}`,
    of.count === 1 ? null : `then ${nextOnes(p, of)}`,
    transactionOf(p, p.snapshot.openTransactions.get(p.row(worst))),
    p.oldest(worst),
    p.loss(worst),
  ])
}

function transactionOf(p: Phrases, open: OpenTransaction | undefined): string {
  if (open === undefined) return 'which producer holds it open is not known (needs READ on the topic)'
  const id = open.transactionalId === null ? '' : ` with transactional id ${open.transactionalId}`
  const times: string[] = []
  if (open.startedAt > 0) times.push(`open since ${p.instant(open.startedAt)}`)
  if (open.lastTimestamp > 0) times.push(`last written ${p.instant(open.lastTimestamp)}`)
  const state = open.state === null ? '' : `, state ${open.state}`
  return `producer ${open.producerId}${id} holds it${times.length > 0 ? `, ${times.join(', ')}` : ''}${state}`
}

function noConsumerSentence(p: Phrases, of: Tally): string {
  const worst = of.named[0] as number
  const time = p.since(p.snapshot.cells.conditionSince[worst] as number)
  return sentence([
    `${p.name} has no consumer and has not moved${time === null ? '' : ` for ${time}`}`,
    backlogOf(p, of),
    of.count === 1 ? p.oldest(worst) : onPlace(p, worst, p.oldest(worst)),
    of.count === 1 ? p.loss(worst) : onPlace(p, worst, p.loss(worst)),
  ])
}

function onPlace(p: Phrases, c: number, part: string | null): string | null {
  return part === null ? null : `${part} (${p.place(c)})`
}

function neverCommittedSentence(p: Phrases, of: Tally): string {
  const worst = of.named[0] as number
  const row = p.row(worst)
  const { highWatermark, logStart } = p.snapshot.partitions
  const held = (highWatermark[row] as number) - (logStart[row] as number)
  return sentence([
    `${p.name} has never committed on ${p.places(of)}, assigned${p.forSoLong(worst)}${p.threshold(worst)}`,
    held > 0 ? `${p.place(worst)} holds ${humanPlural(held, 'message')}` : null,
    of.count === 1 ? p.owner(worst) : onPlace(p, worst, p.owner(worst)),
  ])
}

function abandonedSentence(p: Phrases, of: Tally): string {
  const worst = of.named[0] as number
  const topics = [...new Set(of.named.map(c => p.topic(c)))]
  const more = of.count > NAMED ? ', among others' : ''
  const time = p.since(p.snapshot.cells.conditionSince[worst] as number)
  return sentence([
    `no member of ${p.name} reads ${humanList(topics)}${more} any more${time === null ? '' : `, for ${time}`}`,
    backlogOf(p, of),
    p.loss(worst) === null ? null : onPlace(p, worst, p.loss(worst)),
  ])
}

/** "1,234 messages wait in audit/0 and audit/1" */
function backlogOf(p: Phrases, of: Tally): string {
  const where = of.count <= NAMED ? p.places(of) : humanPlural(of.count, 'partition')
  if (Number.isNaN(of.lag)) return `how much waits in ${where} is not known`
  return of.lag === 0 ? `nothing waits in ${where}` : `${p.messages(of.lag)} in ${where}`
}
