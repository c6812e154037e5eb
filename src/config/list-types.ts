import type { HostPort } from './address.ts'
import { formatHostPort } from './address.ts'
import type { Report, ValueType } from './option.ts'
import { anchoredSource, compileAnchored, compileUnanchored, type PatternResult } from './pattern.ts'
import { brokerAddress, SECRET } from './scalar-types.ts'

/** Items of a list, each parsed on its own so that every faulty one is reported. */
function parseItems<Item>(
  items: readonly unknown[],
  report: Report,
  parse: (item: unknown, report: Report) => Item | undefined,
): readonly Item[] | undefined {
  const parsed = items.map((item, i) =>
    parse(item, (raw, expected, at = []) => report(raw, expected, [i, ...at])),
  )
  return parsed.every(item => item !== undefined) ? (parsed as readonly Item[]) : undefined
}

function parseList<Item>(
  raw: unknown,
  expected: string,
  report: Report,
  parse: (item: unknown, report: Report) => Item | undefined,
): readonly Item[] | undefined {
  if (Array.isArray(raw)) return parseItems(raw, report, parse)
  report(raw, expected)
  return undefined
}

const commaSeparated = (texts: readonly string[]) =>
  texts.flatMap(each => each.split(',').map(part => part.trim()))

/** At least one; one that is given twice counts once. */
export const brokers: ValueType<readonly HostPort[]> = {
  expected: 'a list of HOST:PORT',
  metavar: 'HOST:PORT,…',
  secret: false,
  parse(raw, report) {
    if (Array.isArray(raw) && raw.length === 0) {
      report(raw, 'at least one HOST:PORT')
      return undefined
    }
    return distinct(parseList(raw, this.expected, report, brokerAddress.parse))
  },
  parseTexts: (texts, report) => distinct(parseItems(commaSeparated(texts), report, brokerAddress.parse)),
  render: value => value.map(formatHostPort),
}

function distinct(addresses: readonly HostPort[] | undefined): readonly HostPort[] | undefined {
  return addresses && [...new Map(addresses.map(each => [formatHostPort(each), each])).values()]
}

/** Literal names. `pattern` says what a name may be. */
export function names(what: string, pattern: RegExp): ValueType<readonly string[]> {
  const parse = (items: readonly unknown[], report: Report) => {
    const seen = new Set<unknown>()
    return parseItems(items, report, (item, reportItem) => {
      const problem =
        typeof item !== 'string' || !pattern.test(item) ? what : seen.has(item) ? `${what}, once` : null
      seen.add(item)
      if (problem === null) return item as string
      reportItem(item, problem)
      return undefined
    })
  }
  const expected = `a list, each ${what}`
  return {
    expected,
    metavar: 'NAME,…',
    secret: false,
    parse(raw, report) {
      if (Array.isArray(raw)) return parse(raw, report)
      report(raw, expected)
      return undefined
    },
    parseTexts: (texts, report) => parse(commaSeparated(texts), report),
    render: value => value,
  }
}

/** At least one of a few words, each once. */
export function choices<const Value extends string>(values: readonly Value[]): ValueType<readonly Value[]> {
  const one = values.join(', ')
  const parse = (items: readonly unknown[], report: Report) => {
    return parseItems(items, report, (item, reportItem) => {
      const value = values.find(each => each === item)
      if (value === undefined) reportItem(item, `one of ${one}`)
      else if (items.indexOf(item) !== items.lastIndexOf(item)) reportItem(item, `${value} once`)
      else return value
      return undefined
    })
  }
  return {
    expected: `a list of at least one of ${one}`,
    metavar: `${values.join('|')},…`,
    secret: false,
    parse(raw, report) {
      if (Array.isArray(raw) && raw.length > 0) return parse(raw, report)
      report(raw, this.expected)
      return undefined
    },
    parseTexts: (texts, report) => parse(commaSeparated(texts), report),
    render: value => value,
  }
}

/** Patterns that must match the whole name in a file, and anywhere in it on a command line: kafka_exporter's way. */
export const patterns: ValueType<readonly RegExp[]> = {
  expected: 'a list of regular expressions',
  metavar: 'REGEX',
  secret: false,
  parse(raw, report) {
    return parseList(raw, this.expected, report, (item, reportItem) => {
      if (typeof item === 'string' && item !== '') return compiled(item, compileAnchored(item), reportItem)
      reportItem(item, 'a regular expression')
      return undefined
    })
  },
  parseTexts: (texts, report) =>
    parseItems(texts, report, (item, reportItem) => {
      if (item !== '') return compiled(item, compileUnanchored(item as string), reportItem)
      reportItem(item, 'a regular expression')
      return undefined
    }),
  render: value => value.map(anchoredSource),
}

/** As `patterns`, but at least one: without any, what they choose would be nothing. */
export const somePatterns: ValueType<readonly RegExp[]> = {
  ...patterns,
  expected: 'a list of at least one regular expression',
  parse(raw, report) {
    if (Array.isArray(raw) && raw.length > 0) return patterns.parse(raw, report)
    report(raw, this.expected)
    return undefined
  },
}

function compiled(source: unknown, result: PatternResult, report: Report): RegExp | undefined {
  if ('pattern' in result) return result.pattern
  report(source, `a regular expression (${result.reason})`)
  return undefined
}

/** Whole-name patterns that stay texts. */
export const familyPatterns: ValueType<readonly string[]> = {
  expected: 'a list of names or patterns of metric families',
  metavar: 'REGEX,…',
  secret: false,
  parse(raw, report) {
    const parsed = patterns.parse(raw, (got, expected, at) =>
      report(got, at === undefined ? this.expected : expected, at),
    )
    return parsed && (raw as readonly string[])
  },
  parseTexts(texts, report) {
    return this.parse(commaSeparated(texts), report)
  },
  render: value => value,
}

/** A program and its arguments, which may hold secrets: only the program is ever shown. */
export const command: ValueType<readonly string[]> = {
  expected: 'a list of a program and its arguments; in a flag or variable words with blanks between them',
  metavar: 'COMMAND',
  secret: true,
  parse(raw, report) {
    if (
      Array.isArray(raw) &&
      raw.length > 0 &&
      raw[0] !== '' &&
      raw.every(word => typeof word === 'string')
    ) {
      return raw
    }
    report(raw, this.expected)
    return undefined
  },
  parseTexts(texts, report) {
    const words = texts.length === 1 ? texts[0]!.split(/\s+/).filter(word => word !== '') : []
    if (texts.length === 1 && words.length === 0) return undefined
    return this.parse(words, (_, expected) => report(texts, `${expected}, once`))
  },
  render: ([program, ...rest]) => [program, ...rest.map(() => SECRET)],
}
