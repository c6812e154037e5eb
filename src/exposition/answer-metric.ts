import type { InstrumentFamily } from '../catalog/family.ts'
import { escapeHelp, labelPairs } from './label-text.ts'

/**
 * Claims the name of a family in the registry. What the family says belongs to one answer and not to the process, so
 * that the scrape itself writes it.
 */
export class AnswerMetric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly aggregator = 'omit'

  constructor({ name, help, type }: InstrumentFamily) {
    this.name = name
    this.help = help
    this.type = type
  }

  async get(): Promise<object> {
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values: [] }
  }

  reset(): void {}
}

/**
 * The family as text, without a final newline, as prom-client gives the others.
 * @param counts by family of the answer
 */
export function answerText(
  { name, help, type }: InstrumentFamily,
  counts: ReadonlyMap<string, number>,
): string {
  const lines = [...counts].map(([family, count]) => `${name}{${labelPairs(['family'], [family])}} ${count}`)
  return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines].join('\n')
}
