import { ExporterError } from '../errors.ts'
import { shown } from '../model/shown.ts'

export { shown }

/** One thing that is wrong with the configuration, as one line for the operator. */
export interface Fault {
  /** Where it was written: `clusters[0].poll_interval`, `--poll.interval`, an environment variable, `file:line:column`. */
  readonly at: string
  /** `got …, expected …`; never holds a secret. */
  readonly problem: string
}

/** Every fault of the configuration at once. `message` has one line per fault. */
export class ConfigError extends ExporterError<'CONFIG_INVALID'> {
  override readonly name = 'ConfigError'
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super('CONFIG_INVALID', faults.map(lineOf).join('\n'))
    this.faults = faults
  }
}

export function lineOf(fault: Fault): string {
  return `${fault.at}: ${fault.problem}`
}

/** The kind of a value without the value, for places where any value may be a misplaced secret. */
export function kindOf(raw: unknown): string {
  return typeof raw === 'string' ? 'a text' : typeof raw === 'object' ? shown(raw) : `a ${typeof raw}`
}

/** `clusters[0].brokers[1]` */
export function pathText(path: readonly PropertyKey[]): string {
  let text = ''
  for (const step of path) {
    text += typeof step === 'number' ? `[${step}]` : text === '' ? String(step) : `.${String(step)}`
  }
  return text
}
