import type { Origin } from '../../domain/dlq/read-origin.ts'
import { ExporterError, messageOf } from '../../errors.ts'
import type { TailedRecord } from '../../model/tail.ts'

/** One condition; a record has to meet all of them. */
export type RecordFilter = (record: TailedRecord, origin: Origin) => boolean

const EXPECTED =
  'expected cause, group, topic or key with =, !=, ~ or !~ and a value, or time with >= or < and a time such as 2026-11-27T08:00:00Z'

/** `cause~Timeout`, `topic=orders`, `time>=2026-11-27T08:00:00Z`. Throws ExporterError BAD_FLAG. */
export function parseFilter(text: string): RecordFilter {
  const [, name = '', operator = '', value = ''] = /^\s*(\w+)\s*(!=|!~|>=|=|~|<)(.*)$/s.exec(text) ?? []
  if (name === 'time') return parseTime(text, operator, value.trim())
  const read = FIELDS[name]
  if (read === undefined || !['=', '!=', '~', '!~'].includes(operator)) throw wrong(text)
  const matches = operator.endsWith('~') ? pattern(text, value) : equals(value, name === 'cause')
  const isNot = operator.startsWith('!')
  return (record, origin) => {
    const found = read(record, origin)
    return (found !== null && matches(found)) !== isNot
  }
}

const FIELDS: Readonly<Record<string, (record: TailedRecord, origin: Origin) => string | null>> = {
  cause: (_, origin) => origin.cause,
  group: (_, origin) => origin.group,
  topic: (_, origin) => origin.topic,
  key: record => record.key?.toString('utf8') ?? null,
}

/** A class may be named without its package. */
function equals(value: string, isClass: boolean): (found: string) => boolean {
  return found => found === value || (isClass && found.slice(found.lastIndexOf('.') + 1) === value)
}

function pattern(text: string, source: string): (found: string) => boolean {
  try {
    const regex = new RegExp(source, 'u')
    return found => regex.test(found)
  } catch (error) {
    throw new ExporterError('BAD_FLAG', `--filter: ${text}: ${messageOf(error)}`)
  }
}

/** Of the dead letter itself: when it was parked. */
function parseTime(text: string, operator: string, value: string): RecordFilter {
  const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(value)
    ? Date.parse(value)
    : NaN
  if (Number.isNaN(at)) throw wrong(text)
  if (operator === '>=') return ({ timestamp }) => timestamp >= at
  if (operator === '<') return ({ timestamp }) => timestamp >= 0 && timestamp < at
  throw wrong(text)
}

function wrong(text: string): ExporterError {
  return new ExporterError('BAD_FLAG', `--filter: got ${text}, ${EXPECTED}`)
}
