import type { Fault } from './fault.ts'
import { FOREIGN_FLAGS } from './foreign-flags.ts'
import { type Layer, textLayer } from './layers.ts'
import type { AnyOption } from './option.ts'
import { FLAG_OPTIONS } from './options.ts'

/** What the command line gave: values of each flag by its name without dashes; `true` or `false` for switches. */
export type FlagValues = ReadonlyMap<string, readonly string[]>

/** A flag as a command line parser needs to know it. */
export interface FlagDefinition {
  /** Without dashes; a switch also has `no-` before it. */
  readonly name: string
  /** Null for a switch. */
  readonly metavar: string | null
  readonly description: string
  /** Accepted for the sake of kafka_exporter's command lines, and not worth a line in the help. */
  readonly hidden: boolean
}

export function serveFlags(): readonly FlagDefinition[] {
  const own = FLAG_OPTIONS.flatMap(option => {
    const definition = { metavar: option.type.metavar, description: describe(option), hidden: false }
    const names = [option.flag!, ...(option.alias === undefined ? [] : [option.alias])]
    return names.map(name => ({ ...definition, name, hidden: name !== option.flag }))
  })
  const foreign = FOREIGN_FLAGS.map(({ name, metavar }) => ({ name, metavar, description: '', hidden: true }))
  return [...own, ...foreign]
}

/** The fallback as it would be written, or null where there is none. */
export function fallbackOf(option: AnyOption): string | null {
  if (option.fallbackText !== undefined) return option.fallbackText
  if (option.fallback === undefined) return null
  const rendered: unknown = option.type.render(option.fallback)
  const text = Array.isArray(rendered)
    ? rendered.join(', ')
    : typeof rendered === 'object'
      ? ''
      : String(rendered)
  return text === '' ? 'none' : text
}

export function flagLayer(flags: FlagValues, faults: Fault[], notice: (line: string) => void): Layer {
  for (const flag of FOREIGN_FLAGS) {
    const value = flags.get(flag.name)?.at(-1)
    if (value === undefined) continue
    if (value === 'true' && flag.refused !== undefined) {
      faults.push({ at: `--${flag.name}`, problem: `got true, expected it left out: ${flag.refused}` })
    } else if (flag.refused === undefined || value !== 'false') {
      notice(`--${flag.name} is ignored: ${flag.ignored}`)
    }
  }
  return textLayer(
    FLAG_OPTIONS,
    option => {
      const names = [option.flag!, ...(option.alias === undefined ? [] : [option.alias])]
      const given = names.filter(name => flags.has(name))
      if (given.length === 0) return null
      return { texts: given.flatMap(name => flags.get(name) ?? []), at: `--${given[0]}` }
    },
    faults,
  )
}

function describe(option: AnyOption): string {
  const fallback = fallbackOf(option)
  const sentence = option.help.split('. ', 1)[0]!.replace(/\.$/, '').replaceAll('`', '')
  return fallback === null ? sentence : `${sentence} (default: ${fallback.replaceAll('`', '')})`
}
