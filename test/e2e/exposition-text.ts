/** Series of one scrape: `name{labels}` as it was written, and its value. */
export type Samples = ReadonlyMap<string, number>

export interface Exposition {
  readonly samples: Samples
  /** Names behind `# TYPE … counter`. */
  readonly counters: ReadonlySet<string>
}

const TYPE = /^# TYPE (\S+) (\S+)$/
const SAMPLE = /^([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)$/

/** Text format 0.0.4. Throws on a line that is none, and on a series that comes twice. */
export function parseExposition(text: string): Exposition {
  const samples = new Map<string, number>()
  const counters = new Set<string>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    if (line.startsWith('#')) {
      const type = TYPE.exec(line)
      if (type?.[2] === 'counter') counters.add(type[1]!)
      continue
    }
    const sample = SAMPLE.exec(line)
    if (sample === null) throw new Error(`no sample: ${line}`)
    if (samples.has(sample[1]!)) throw new Error(`twice: ${sample[1]}`)
    samples.set(sample[1]!, Number(sample[2]!.replace('+Inf', 'Infinity')))
  }
  return { samples, counters }
}

export function nameOf(series: string): string {
  const brace = series.indexOf('{')
  return brace < 0 ? series : series.slice(0, brace)
}

/** Only for values without quotes and backslashes, as the tests name things. */
export function labelsOf(series: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...series.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )
}

/** Series of a family that have these labels, and perhaps others. */
export function seriesOf(
  samples: Samples,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): string[] {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return [...samples.keys()].filter(
    series => nameOf(series) === name && wanted.every(l => series.includes(l)),
  )
}

/** The value of the only series of a family with these labels, or undefined where there is none. */
export function valueIn(
  samples: Samples,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = seriesOf(samples, name, labels)
  if (found.length > 1) throw new Error(`${found.length} series of ${name} ${JSON.stringify(labels)}`)
  return found[0] === undefined ? undefined : samples.get(found[0])
}

/** The value of each series of a family, by one of its labels. */
export function byLabel(samples: Samples, name: string, label: string): Record<string, number> {
  return Object.fromEntries(
    seriesOf(samples, name).map(series => [labelsOf(series)[label] ?? '', samples.get(series)!]),
  )
}
