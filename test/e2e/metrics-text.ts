export type Labels = Readonly<Record<string, string>>

export interface MetricSample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
  /** Name and labels as they stand in the text. */
  readonly series: string
}

/** An exposition in text format 0.0.4, to be asked about. */
export interface Metrics {
  readonly text: string
  /** Every series, in the order of the text. */
  readonly series: readonly string[]
  /** Samples of this name that have (at least) these labels. */
  all(name: string, labels?: Labels): readonly MetricSample[]
  /** The only such sample's value; undefined where there is none. Throws where there are several. */
  value(name: string, labels?: Labels): number | undefined
  /** What `# TYPE` says. */
  type(name: string): string | undefined
  has(series: string): boolean
  /** Samples of counters, without those of the process itself (`process_`, `nodejs_`), which begin with it. */
  counters(): readonly MetricSample[]
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/y
const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' }

/** Reads the format by its definition and shares nothing with what writes it. Throws on a line that it forbids. */
export function parseMetrics(text: string): Metrics {
  const byName = new Map<string, MetricSample[]>()
  const types = new Map<string, string>()
  const series: string[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('# TYPE ')) {
      const [, , name = '', type = ''] = line.split(' ')
      types.set(name, type)
    }
    if (line === '' || line.startsWith('#')) continue
    const [, name, labels = '', value = ''] = SAMPLE.exec(line) ?? []
    if (name === undefined) throw new Error(`not a sample: ${line}`)
    const sample = {
      name,
      labels: parseLabels(labels),
      value: parseValue(value),
      series: line.slice(0, line.lastIndexOf(' ')),
    }
    series.push(sample.series)
    const samples = byName.get(name)
    if (samples === undefined) byName.set(name, [sample])
    else samples.push(sample)
  }
  const known = new Set(series)
  const all = (name: string, labels: Labels = {}) => {
    const wanted = Object.entries(labels)
    const samples = byName.get(name) ?? []
    return wanted.length === 0 ? samples : samples.filter(s => wanted.every(([k, v]) => s.labels[k] === v))
  }
  return {
    text,
    series,
    all,
    value(name, labels) {
      const found = all(name, labels)
      if (found.length > 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`)
      return found[0]?.value
    },
    type: name => types.get(name),
    has: wanted => known.has(wanted),
    counters: () =>
      [...byName.values()].flat().filter(s => types.get(s.name) === 'counter' && s.name.startsWith('kafka_')),
  }
}

export async function scrape(url: string): Promise<Metrics> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(30_000) })
  if (answer.status !== 200) throw new Error(`${url}/metrics: status ${answer.status}`)
  return parseMetrics(await answer.text())
}

function parseLabels(text: string): Labels {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < text.length) {
    const at = LABEL.lastIndex
    const [, name, value] = LABEL.exec(text) ?? []
    if (name === undefined || value === undefined) throw new Error(`not labels: ${text.slice(at)}`)
    labels[name] = value.replace(/\\["\\n]/g, escaped => ESCAPES[escaped] ?? escaped)
  }
  return labels
}

function parseValue(text: string): number {
  // Prometheus does not mind the case; prom-client writes `Nan`.
  if (/^nan$/i.test(text)) return Number.NaN
  const value = Number(text.replace('Inf', 'Infinity'))
  if (Number.isNaN(value)) throw new Error(`not a value: ${text}`)
  return value
}
