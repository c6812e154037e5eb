import { Command, CommanderError } from 'commander'
import { addServeFlags, flagValuesOf, switchesSpeltOut } from '../../src/cli/serve-flags.ts'
import { ConfigError } from '../../src/config/fault.ts'
import { loadSettings } from '../../src/config/load-settings.ts'
import type { Settings } from '../../src/config/settings.ts'

export const KNOWN_FAMILIES = ['kafka_up', 'kafka_consumergroup_lag', 'kafka_consumergroup_lag_sum']

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  /** Content by path: the only files there are. */
  readonly files?: Readonly<Record<string, string>>
}

/** What a command line comes to: settings, or faults with exit code 1. */
export interface Outcome {
  readonly settings: Settings | null
  readonly faults: readonly string[]
  readonly notices: readonly string[]
}

/** Parses a command line as `serve` does, with real commander and files from memory. */
export function run(argv: readonly string[], { env = {}, files = {} }: Surroundings = {}): Outcome {
  const notices: string[] = []
  try {
    const command = addServeFlags(new Command())
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
    command.parse(switchesSpeltOut(argv), { from: 'user' })
    const settings = loadSettings({
      argvFlags: flagValuesOf(command),
      env,
      knownFamilies: KNOWN_FAMILIES,
      notice: line => notices.push(line),
      readFile: path => {
        const content = files[path]
        if (content === undefined) throw new Error('no such file')
        return content
      },
    })
    return { settings, faults: [], notices }
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 1) {
      return { settings: null, faults: error.message.split('\n'), notices }
    }
    if (!(error instanceof ConfigError)) throw error
    return { settings: null, faults: error.message.split('\n'), notices }
  }
}

export function settingsOf(argv: readonly string[], surroundings?: Surroundings): Settings {
  const { settings, faults } = run(argv, surroundings)
  if (settings === null) throw new Error(faults.join('\n'))
  return settings
}
