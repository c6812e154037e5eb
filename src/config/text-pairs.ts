import type { Report, ValueType } from './option.ts'

type TextPairs = Readonly<Record<string, string>>

interface PairRules {
  /** For a value that is no mapping at all. */
  readonly expected: string
  /** One of them on the command line: `NAME=VALUE`. */
  readonly pair: string
  /** What is wrong with a pair, and what was expected in its place; null where it is one. A value that passes is a text. */
  faultOf(key: string, value: unknown, isKnown: boolean): readonly [got: unknown, expected: string] | null
}

/** A mapping of texts to texts: in a file as such, on the command line as pairs with commas between. */
export function textPairs({ expected, pair, faultOf }: PairRules): ValueType<TextPairs> {
  const fromPairs = (pairs: readonly (readonly [string, unknown])[], report: Report) => {
    const parsed = new Map<string, string>()
    for (const [key, value] of pairs) {
      const fault = faultOf(key, value, parsed.has(key))
      if (fault === null) parsed.set(key, value as string)
      else report(fault[0], fault[1], [key])
    }
    return parsed.size === pairs.length ? Object.fromEntries(parsed) : undefined
  }
  return {
    expected,
    metavar: `${pair},…`,
    secret: false,
    parse(raw, report) {
      if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
        report(raw, expected)
        return undefined
      }
      return fromPairs(Object.entries(raw), report)
    },
    parseTexts(texts, report) {
      const pairs: [string, string][] = []
      let faulty = false
      for (const part of texts.flatMap(text => text.split(','))) {
        const split = part.indexOf('=')
        if (split > 0) pairs.push([part.slice(0, split).trim(), part.slice(split + 1).trim()])
        else if (part.trim() !== '') {
          report(part, pair)
          faulty = true
        }
      }
      const parsed = fromPairs(pairs, report)
      return faulty || (pairs.length === 0 && parsed !== undefined) ? undefined : parsed
    },
    render: value => value,
  }
}
