import { type Command, Option } from 'commander'
import { type FlagValues, serveFlags } from '../config/flags.ts'

const SWITCHES: ReadonlySet<string> = new Set(
  serveFlags()
    .filter(flag => flag.metavar === null)
    .map(flag => flag.name),
)

/** Gives a command every flag of the settings table, and those of kafka_exporter that are only accepted. */
export function addServeFlags(command: Command): Command {
  for (const flag of serveFlags()) {
    if (flag.metavar === null) {
      command.addOption(new Option(`--${flag.name}`, flag.description).hideHelp(flag.hidden))
      command.addOption(new Option(`--no-${flag.name}`).hideHelp())
    } else {
      const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value]
      const option = new Option(`--${flag.name} <${flag.metavar}>`, flag.description)
      command.addOption(option.argParser(collect).hideHelp(flag.hidden))
    }
  }
  return command
}

/** What a parsed command was given, under the names of the flags. */
export function flagValuesOf(command: Command): FlagValues {
  const given: Record<string, unknown> = command.opts()
  const values = new Map<string, readonly string[]>()
  for (const { name } of serveFlags()) {
    const value = given[new Option(`--${name}`).attributeName()]
    if (typeof value === 'boolean') values.set(name, [String(value)])
    else if (Array.isArray(value)) values.set(name, value)
  }
  return values
}

/** `--name=true` and `--name=false` as the switches `--name` and `--no-name`, which is all that commander knows. */
export function switchesSpeltOut(argv: readonly string[]): string[] {
  return argv.map(argument => {
    const [, name = '', value] = /^--([\w.-]+)=(true|false)$/.exec(argument) ?? []
    if (!SWITCHES.has(name)) return argument
    return value === 'true' ? `--${name}` : `--no-${name}`
  })
}
