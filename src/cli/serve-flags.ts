import { type Command, Option } from 'commander'
import { type FlagValues, serveFlags } from '../config/flags.ts'

const FLAGS = serveFlags()
const NAMES: ReadonlySet<string> = new Set(FLAGS.map(flag => flag.name))
const SWITCHES: ReadonlySet<string> = new Set(
  FLAGS.filter(flag => flag.metavar === null).map(flag => flag.name),
)

/** Hidden; carries a switch with a value other than true and false to where it becomes a fault like any other. */
const ODD_SWITCH = 'switch'

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value]

/**
 * Gives a command every flag of the settings table, and those of kafka_exporter that are only accepted.
 *
 * @param isNoHelp flags to accept without a line in the help
 */
export function addServeFlags(command: Command, isNoHelp: (flag: string) => boolean = () => false): Command {
  for (const flag of FLAGS) {
    const hidden = flag.hidden || isNoHelp(flag.name)
    if (flag.metavar === null) {
      command.addOption(new Option(`--${flag.name}`, flag.description).hideHelp(hidden))
      command.addOption(new Option(`--no-${flag.name}`).hideHelp())
    } else {
      const option = new Option(`--${flag.name} <${flag.metavar}>`, flag.description)
      command.addOption(option.argParser(collect).hideHelp(hidden))
    }
  }
  return command.addOption(new Option(`--${ODD_SWITCH} <NAME=VALUE>`).argParser(collect).hideHelp())
}

/** What a parsed command was given, under the names of the flags. */
export function flagValuesOf(command: Command): FlagValues {
  const given: Record<string, unknown> = command.opts()
  const values = new Map<string, readonly string[]>()
  for (const { name } of FLAGS) {
    const value = given[new Option(`--${name}`).attributeName()]
    if (typeof value === 'boolean') values.set(name, [String(value)])
    else if (Array.isArray(value)) values.set(name, value)
  }
  for (const odd of (given[ODD_SWITCH] as readonly string[] | undefined) ?? []) {
    const split = odd.indexOf('=')
    values.set(odd.slice(0, split), [odd.slice(split + 1)])
  }
  return values
}

/**
 * A command line as commander should see it, whatever the subcommand. `--name=true` and `--name=false` become the
 * switches `--name` and `--no-name`. The value of a flag that is not ours is parted from its name: commander repeats an
 * unknown argument whole, and what follows a misspelt `--sasl.pasword=` is a password.
 */
export function switchesSpeltOut(argv: readonly string[]): string[] {
  return argv.flatMap(argument => {
    const [, name = '', value = ''] = /^--([^=]+)=(.*)$/s.exec(argument) ?? []
    if (SWITCHES.has(name) && value === 'true') return [`--${name}`]
    if (SWITCHES.has(name) && value === 'false') return [`--no-${name}`]
    if (SWITCHES.has(name)) return [`--${ODD_SWITCH}`, `${name}=${value}`]
    return name === '' || NAMES.has(name) ? [argument] : [`--${name}`, value]
  })
}
