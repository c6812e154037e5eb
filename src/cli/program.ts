import { Command, CommanderError } from 'commander'
import { CATALOG } from '../catalog/catalog.ts'
import { messageOf } from '../errors.ts'
import { checkConfig } from './check-config.ts'
import { serve } from './serve.ts'
import { addServeFlags, flagValuesOf, switchesSpeltOut } from './serve-flags.ts'
import { VERSION } from './version.ts'

/** Runs one command line; resolves to the exit code, or never while it serves. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let exitCode = 0
  const program = new Command('kafka-health-exporter')
    .description('Prometheus exporter for Kafka consumer lag, progress and reachability')
    .version(VERSION, '--version', 'print the version')
    .showHelpAfterError('(--help lists the commands and flags)')
    .exitOverride()

  const serveCommand = program
    .command('serve', { isDefault: true })
    .description('watch clusters and publish metrics (the default)')
  addServeFlags(serveCommand).action(async (_flags, command: Command) => {
    exitCode = await serve(flagValuesOf(command))
  })

  program
    .command('check-config')
    .argument('<file>', 'configuration file')
    .description('report every fault of a configuration file; exit 1 if there is one')
    .action((file: string) => {
      exitCode = checkConfig(file, {
        env: process.env,
        knownFamilies: CATALOG.map(family => family.name),
        out: line => process.stdout.write(`${line}\n`),
        err: line => process.stderr.write(`${line}\n`),
      })
    })

  try {
    await program.parseAsync(switchesSpeltOut(argv), { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has already written its own message.
    if (error instanceof CommanderError) return error.exitCode
    process.stderr.write(`${messageOf(error)}\n`)
    return 1
  }
}
