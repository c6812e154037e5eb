import type { RecordHeader } from '../../model/tail.ts'
import { type Convention, type HeaderRole, KNOWN_HEADERS, SHARE_CAUSES } from './conventions.ts'

/** Where a dead letter comes from, as its headers tell; null = they do not, or not in a form that can be read. */
export interface Origin {
  readonly convention: Convention | null
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: number | null
  readonly group: string | null
  /** The name of a class of exceptions or a word of ours; never a message. */
  readonly cause: string | null
  /** A header is there and has not the form that its writer gives it. */
  readonly isMalformed: boolean
}

const NO_ORIGIN: Origin = {
  convention: null,
  topic: null,
  partition: null,
  offset: null,
  group: null,
  cause: null,
  isMalformed: false,
}

/** https://kafka.apache.org/documentation/#basic_ops_add_topic */
const TOPIC = /^(?!\.\.?$)[a-zA-Z0-9._-]{1,249}$/
const CLASS = /^[\p{L}_$][\p{L}\p{N}_$.]{0,199}$/u
const GROUP = /^[^\p{Cc}]{1,255}$/u
const DECIMALS = /^\d{1,15}$/
/** Four bytes for each of the characters of the longest that is of use. */
const MOST_BYTES = 1_020

type Values = Partial<Record<HeaderRole, Buffer | null>>

/**
 * Reads the headers of a dead letter. Each framework keeps the headers that it finds and appends its own, so of several
 * conventions the last one in the record is that of whoever parked it, and so is the last of several equal keys.
 * Never throws.
 */
export function readOrigin(headers: readonly RecordHeader[]): Origin {
  const found = new Map<Convention, Values>()
  let last: { readonly convention: Convention; readonly isBinary: boolean } | null = null
  for (const { key, value } of headers) {
    const known = KNOWN_HEADERS.get(key)
    if (known === undefined) continue
    let values = found.get(known.convention)
    if (values === undefined) {
      values = {}
      found.set(known.convention, values)
    }
    values[known.role] = value
    last = known
  }
  return last === null ? NO_ORIGIN : originOf(last, found.get(last.convention) as Values)
}

function originOf(
  { convention, isBinary }: { readonly convention: Convention; readonly isBinary: boolean },
  values: Values,
): Origin {
  let isMalformed = false
  /** What is not there, or there without a value, is not told; that is no fault. */
  const read = <Value>(role: HeaderRole, parse: (value: Buffer) => Value | undefined): Value | null => {
    const value = values[role] ?? null
    if (value === null) return null
    const parsed = parse(value)
    isMalformed ||= parsed === undefined
    return parsed ?? null
  }
  const text = (role: HeaderRole, pattern: RegExp) => read(role, value => matching(value, pattern))
  const number = (role: HeaderRole, bytes: 4 | 8) =>
    known(read(role, value => (isBinary ? bigEndian(value, bytes) : decimals(value))))
  // All of them are read, for each that cannot be is a fault.
  const causes = [text('cause0', CLASS), text('cause1', CLASS), text('cause2', CLASS)]
  const connector = text('connector', GROUP)
  const group = text('group', GROUP)
  return {
    convention,
    topic: read('topic', value => (value.length === 0 ? null : matching(value, TOPIC))),
    partition: number('partition', 4),
    offset: number('offset', 8),
    // What a connector's sink is called as a group, unless it was told otherwise.
    group: group ?? (connector && `connect-${connector}`),
    cause: causes.find(cause => cause !== null) ?? read('reason', shareCause),
    isMalformed,
  }
}

function matching(value: Buffer, pattern: RegExp): string | undefined {
  if (value.length > MOST_BYTES) return undefined
  const text = value.toString('utf8')
  return pattern.test(text) ? text : undefined
}

function shareCause(value: Buffer): string {
  const text = value.length > MOST_BYTES ? '' : value.toString('utf8')
  return SHARE_CAUSES.get(text) ?? 'other'
}

function bigEndian(value: Buffer, bytes: 4 | 8): number | undefined {
  if (value.length !== bytes) return undefined
  const number = bytes === 4 ? value.readInt32BE(0) : Number(value.readBigInt64BE(0))
  return number >= -1 && Number.isSafeInteger(number) ? number : undefined
}

function decimals(value: Buffer): number | undefined {
  const text = value.length > 20 ? '' : value.toString('latin1')
  if (text === '-1') return -1
  return DECIMALS.test(text) ? Number(text) : undefined
}

/** Connect and Streams write -1 where there was no record. */
function known(number: number | null): number | null {
  return number === -1 ? null : number
}
