import { CELL_ADVANCED, type Snapshot } from '../../model/snapshot.ts'
import { ownerOfRow, topicOfCell } from '../api/partition-lag.ts'
import { humanCount, humanDuration, humanInstant, humanList, humanPlural } from '../human.ts'
import { NAMED, type Tally } from './group-tally.ts'

/** Parts of sentences about one group. Each is null where what it tells is not known. */
export class Phrases {
  readonly snapshot: Snapshot
  readonly g: number
  /** The group. */
  readonly name: string

  constructor(snapshot: Snapshot, g: number) {
    this.snapshot = snapshot
    this.g = g
    const id = snapshot.groups[g]?.id ?? ''
    this.name = id === '' ? '(empty name)' : id
  }

  row(c: number): number {
    return this.snapshot.layout.cellRow[c] as number
  }

  topic(c: number): string {
    const { layout } = this.snapshot
    return layout.topology.topics[topicOfCell(layout, this.g, c)] as string
  }

  /** orders/17 */
  place(c: number): string {
    const { layout } = this.snapshot
    const t = topicOfCell(layout, this.g, c)
    return `${layout.topology.topics[t]}/${this.row(c) - (layout.topology.start[t] as number)}`
  }

  /** "orders/17", "orders/1, orders/2 and orders/3", "orders/1, orders/2, orders/3 and 9 more" */
  places({ count, named }: Tally): string {
    const rest = count > NAMED ? [`${humanCount(count - NAMED)} more`] : []
    return humanList([...named.map(c => this.place(c)), ...rest])
  }

  /** "14 min" */
  since(at: number): string | null {
    return at > 0 ? humanDuration(Math.max(0, this.snapshot.takenAt - at) / 1000) : null
  }

  instant(at: number): string {
    return humanInstant(at, this.snapshot.takenAt)
  }

  /** " for 14 min"; where no advance has been seen the clock may have begun too late. */
  forSoLong(c: number, since = this.snapshot.cells.conditionSince[c] as number): string {
    const time = this.since(since)
    if (time === null) return ''
    return (this.snapshot.cells.flags[c] as number) & CELL_ADVANCED ? ` for ${time}` : ` for at least ${time}`
  }

  /** " at offset 8,812,004" */
  atOffset(c: number): string {
    const committed = this.snapshot.cells.committed[c] as number
    return Number.isNaN(committed) ? '' : ` at offset ${humanCount(committed)}`
  }

  /** " (threshold 5 min)" */
  threshold(c: number): string {
    const ms = this.snapshot.cells.thresholdMs[c] as number
    return ms > 0 ? ` (threshold ${humanDuration(ms / 1000)})` : ''
  }

  /** "owner worker-3 at 10.0.0.7" */
  owner(c: number): string | null {
    const members = this.snapshot.groups[this.g]?.members ?? null
    if (members === null) return 'owner not known'
    const owner = ownerOfRow(members, this.row(c))
    return owner === null ? 'no member owns it' : `owner ${owner.clientId} at ${owner.host}`
  }

  /** "oldest waiting record is from 09:41:07 UTC" */
  oldest(c: number): string | null {
    const { cells } = this.snapshot
    const stamped = cells.headTimestamp[c] as number
    const uncertainty = cells.headUncertaintyMs[c] as number
    if (stamped > 0 && stamped < 8.64e15) {
      const [about, within] =
        uncertainty >= 1_000 ? ['about ', ` (± ${humanDuration(uncertainty / 1000)})`] : ['', '']
      return `oldest waiting record is from ${about}${this.instant(stamped)}${within}`
    }
    const lag = cells.lag[c] as number
    return lag > 0 ? `${this.messages(lag)} there` : null
  }

  /** "retention may take it in 3 h 10 min" */
  loss(c: number): string | null {
    const headroom = this.snapshot.cells.headroomMs?.[c] ?? Number.NaN
    if (Number.isNaN(headroom)) return null
    if (headroom <= 0) return 'retention may take it at any moment'
    return `retention may take it in ${humanDuration(headroom / 1000)}`
  }

  /** "1,234 messages wait" */
  messages(lag: number): string {
    if (Number.isNaN(lag)) return 'an unknown number of messages waits'
    return `${humanPlural(lag, 'message')} ${lag === 1 ? 'waits' : 'wait'}`
  }

  /** What the reader wants to know of the one partition that a sentence is about. */
  about(c: number): readonly (string | null)[] {
    return [this.owner(c), this.oldest(c), this.loss(c)]
  }
}

/** What is known, between semicolons. */
export function sentence(parts: readonly (string | null)[]): string {
  return parts.filter(part => part !== null && part !== '').join('; ')
}
