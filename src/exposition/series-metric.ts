import { SERIES } from '../catalog/exporter.ts'
import { escapeHelp, labelPairs } from './label-text.ts'

/**
 * Claims the name of `kafka_health_exporter_series` in the registry. What it says belongs to one answer and not to
 * the process, so that the scrape itself writes it.
 */
export class SeriesMetric {
  readonly name = SERIES.name
  readonly help = SERIES.help
  readonly type = SERIES.type
  readonly aggregator = 'omit'

  async get(): Promise<object> {
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values: [] }
  }

  reset(): void {}
}

/**
 * The family as text, without a final newline, as prom-client gives the others.
 * @param series samples by family of the answer that it will stand in, this family excepted
 */
export function seriesText(series: ReadonlyMap<string, number>): string {
  const all = new Map(series).set(SERIES.name, series.size + 1)
  const lines = [...all].map(
    ([family, count]) => `${SERIES.name}{${labelPairs(['family'], [family])}} ${count}`,
  )
  return [
    `# HELP ${SERIES.name} ${escapeHelp(SERIES.help)}`,
    `# TYPE ${SERIES.name} ${SERIES.type}`,
    ...lines,
  ].join('\n')
}
