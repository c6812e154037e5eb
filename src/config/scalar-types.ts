import { formatHostPort, type HostPort, parseHostPort } from './address.ts'
import { formatByteSize, parseByteSize } from './byte-size.ts'
import { formatDuration, parseDuration } from './duration.ts'
import type { Report, ValueType } from './option.ts'

/** What a secret is shown as. */
export const SECRET = '<secret>'

/** How a value that is written as one text differs from the others. */
interface TextForm<Value> {
  readonly expected: string
  readonly metavar: string
  readonly secret?: boolean
  /** kafka_exporter's flags default to an empty text, so charts pass one for "none". */
  readonly emptyIsAbsent?: boolean
  /** Undefined where the text is not one of them. */
  readonly from: (text: string) => Value | undefined
  readonly to: (value: Value) => unknown
}

function oneText<Value>(form: TextForm<Value>): ValueType<Value> {
  const parse = (raw: unknown, report: Report) => {
    const value = typeof raw === 'string' ? form.from(raw) : undefined
    if (value !== undefined) return value
    const unquoted =
      (typeof raw === 'number' || typeof raw === 'boolean') && form.from(String(raw)) !== undefined
    report(raw, unquoted ? `${form.expected}, in quotes` : form.expected)
    return undefined
  }
  return {
    expected: form.expected,
    metavar: form.metavar,
    secret: form.secret ?? false,
    parse,
    parseTexts(texts, report) {
      const text = onlyText(texts, form.expected, report)
      return text === undefined || (text === '' && form.emptyIsAbsent) ? undefined : parse(text, report)
    },
    render: form.to,
  }
}

function onlyText(texts: readonly string[], expected: string, report: Report): string | undefined {
  if (texts.length > 1) report(texts.join(' and '), `${expected}, once`)
  return texts.length === 1 ? texts[0] : undefined
}

export function text(
  expected: string,
  metavar: string,
  form: { readonly pattern?: RegExp; readonly emptyIsAbsent?: boolean } = {},
): ValueType<string> {
  const pattern = form.pattern ?? /./su
  return oneText({
    expected,
    metavar,
    emptyIsAbsent: form.emptyIsAbsent ?? true,
    from: value => (pattern.test(value) ? value : undefined),
    to: value => value,
  })
}

export const filePath = text('a file path', 'FILE')

/** Names become label values, path segments of the API and keys of the state file. */
export const name = text('a name of 1 to 63 letters, digits, ".", "_" or "-"', 'NAME', {
  pattern: /^[\w.-]{1,63}$/,
})

/** What a certificate is checked against. */
export const serverName = text('a host name', 'HOST', { pattern: /^[\w.-]{1,253}$/ })

export const secretText: ValueType<string> = oneText({
  expected: 'a text that is not empty',
  metavar: 'SECRET',
  secret: true,
  emptyIsAbsent: true,
  from: value => (value === '' ? undefined : value),
  to: () => SECRET,
})

/** Case is ignored: kafka_exporter's lines have PLAIN as well as plain. `aliases` are other spellings of a value. */
export function choice<const Value extends string>(
  values: readonly Value[],
  aliases: Readonly<Record<string, Value>> = {},
): ValueType<Value> {
  return oneText<Value>({
    expected: values.length === 1 ? `${values[0]}` : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
    metavar: values.join('|'),
    emptyIsAbsent: true,
    from: word => values.find(value => value === word.toLowerCase()) ?? aliases[word.toLowerCase()],
    to: value => value,
  })
}

/** Milliseconds, both bounds included. */
export function duration(least: string, most: string): ValueType<number> {
  const from = parseDuration(least) ?? Number.NaN
  const to = parseDuration(most) ?? Number.NaN
  return oneText({
    expected: `a duration from ${least} to ${most}, such as 15s or 1h30m`,
    metavar: 'DURATION',
    from: value => {
      const milliseconds = parseDuration(value)
      return milliseconds !== null && milliseconds >= from && milliseconds <= to ? milliseconds : undefined
    },
    to: formatDuration,
  })
}

/** Bytes: 0, or within the bounds, both included. A plain number may stand without quotes. */
export function byteSize(least: string, most: string): ValueType<number> {
  const from = parseByteSize(least) ?? Number.NaN
  const to = parseByteSize(most) ?? Number.NaN
  const type = oneText({
    expected: `0, or a number of bytes from ${least} to ${most}, such as 4MiB`,
    metavar: 'BYTES',
    from: value => {
      const bytes = parseByteSize(value)
      return bytes !== null && (bytes === 0 || (bytes >= from && bytes <= to)) ? bytes : undefined
    },
    to: formatByteSize,
  })
  const parse: typeof type.parse = (raw, report) =>
    typeof raw === 'number' && parseByteSize(String(raw)) !== null
      ? type.parse(String(raw), (_, expected) => report(raw, expected))
      : type.parse(raw, report)
  return { ...type, parse }
}

/** A whole number: 0, or within the bounds, both included. A plain number may stand without quotes. */
export function count(least: number, most: number): ValueType<number> {
  const expected = `0, or a whole number from ${least} to ${most}`
  const from = (value: number) =>
    value === 0 || (Number.isInteger(value) && value >= least && value <= most) ? value : undefined
  return {
    expected,
    metavar: 'NUMBER',
    secret: false,
    parse(raw, report) {
      const value = typeof raw === 'number' ? from(raw) : undefined
      if (value === undefined) report(raw, expected)
      return value
    },
    parseTexts(texts, report) {
      const text = onlyText(texts, expected, report)
      if (text === undefined) return undefined
      const value = /^\d+$/.test(text) ? from(Number(text)) : undefined
      if (value === undefined) report(text, expected)
      return value
    },
    render: value => value,
  }
}

export function hostPort(example: string): ValueType<HostPort> {
  return oneText({
    expected: `HOST:PORT, such as ${example}`,
    metavar: 'HOST:PORT',
    from: value => {
      const address = parseHostPort(value)
      return address?.host && address.port > 0 ? { host: address.host, port: address.port } : undefined
    },
    to: formatHostPort,
  })
}

export const brokerAddress = hostPort('kafka:9092')

/** Host null: every interface. Port 0: one that is free. */
export const listenAddress: ValueType<{ readonly host: string | null; readonly port: number }> = oneText({
  expected: ':PORT or HOST:PORT, such as :9308 or 127.0.0.1:9308',
  metavar: '[HOST]:PORT',
  from: value => parseHostPort(value) ?? undefined,
  to: formatHostPort,
})

/** Not one that the exporter's own pages have. */
export const telemetryPath = text(
  'a path such as /metrics, other than /, /-/…, /api/…, /livez and /readyz',
  'PATH',
  {
    pattern: /^(?!\/(?:-|api|livez|readyz)(?:\/|$))(?:\/[\w.~-]+)+$/,
    emptyIsAbsent: false,
  },
)

/** A switch: `--name` and `--no-name` on the command line. */
export const truth: ValueType<boolean> = {
  expected: 'true or false',
  metavar: null,
  secret: false,
  parse(raw, report) {
    if (typeof raw === 'boolean') return raw
    report(raw, this.expected)
    return undefined
  },
  parseTexts(texts, report) {
    // A switch given twice: the last one counts, as where a wrapper script appends to a line.
    const word = texts.at(-1)
    if (word === 'true' || word === 'false') return word === 'true'
    report(word, this.expected)
    return undefined
  },
  render: value => value,
}
