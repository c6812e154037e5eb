import { Command, CommanderError } from 'commander'
import { EVERY_FAMILY } from '../catalog/catalog.ts'
import { type Fault, lineOf } from '../config/fault.ts'
import type { FlagValues } from '../config/flags.ts'
import { messageOf } from '../errors.ts'
import { openDirectLook } from '../run/direct-look.ts'
import { addRuleFlags, type RuleFlags } from './add-rule-flags.ts'
import { checkConfig } from './check-config.ts'
import { type CommandWorld, processWorld } from './command-world.ts'
import { addDashboardFlags, type DashboardFlags, runDashboards } from './dashboards.ts'
import { addDlqListFlags, addDlqReplayFlags, addDlqShowFlags, type DlqFlags } from './dlq-flags.ts'
import { type AccessFlags, addAccessFlags, exporterAccess } from './exporter-access.ts'
import {
  DEFAULT_HEALTH_URL,
  defaultHealthUrl,
  LISTEN_ADDRESS,
  runHealthcheck,
  WEB_CONFIG_FILE,
} from './healthcheck.ts'
import { addHeartbeatFlags, fileTimes, type HeartbeatFlags, runHeartbeatCheck } from './heartbeat-check.ts'
import { addLagFlags, isOnlyForServe, type LagFlags, runLag } from './lag.ts'
import { createLog } from './log.ts'
import { processIo } from './process-io.ts'
import { serve, settingsFrom } from './serve.ts'
import { addServeFlags, flagValuesOf, switchesSpeltOut } from './serve-flags.ts'
import { VERSION } from './version.ts'

/** Runs one command line; resolves to the exit code, for `serve` as soon as it listens. */
export async function runCommandLine(
  argv: readonly string[],
  world: CommandWorld = processWorld(),
): Promise<number> {
  let exitCode = 0
  const program = new Command('kafka-health-exporter')
    .description('Prometheus exporter for Kafka consumer lag, progress and reachability')
    .version(VERSION, '--version', 'print the version')
    .configureOutput({
      writeOut: text => world.stdout.write(text),
      writeErr: text => world.stderr.write(text),
    })
    .exitOverride()

  const serveCommand = program
    .command('serve', { isDefault: true })
    .description('watch clusters and publish metrics (the default)')
  addServeFlags(serveCommand.allowExcessArguments()).action(async (_flags, command: Command) => {
    const [word] = command.args
    if (word !== undefined) {
      const commands = program.commands.map(c => c.name()).join(', ')
      program.error(`error: unknown command '${word}', expected one of ${commands}`)
    }
    exitCode = await serve(flagValuesOf(command), world)
  })

  program
    .command('check-config')
    .argument('<file>', 'configuration file')
    .description('report every fault of a configuration file; exit 1 if there is one')
    .action((file: string) => {
      exitCode = checkConfig(file, {
        env: world.env,
        readFile: world.readFile,
        knownFamilies: EVERY_FAMILY.map(family => family.name),
        out: line => world.stdout.write(`${line}\n`),
        err: line => world.stderr.write(`${line}\n`),
      })
    })

  addServeFlags(addAccessFlags(addLagFlags(program.command('lag'))), isOnlyForServe).action(
    async (flags: LagFlags, command: Command) => {
      exitCode = await lag(flags, flagValuesOf(command), world)
    },
  )

  addRuleFlags(program.command('rules')).action(async (flags: RuleFlags) => {
    // With all its expressions: `serve` does without.
    const { runRules } = await import('./rules.ts')
    exitCode = await runRules(flags, world)
  })

  addDashboardFlags(program.command('dashboards')).action(async (flags: DashboardFlags) => {
    exitCode = await runDashboards(flags, world)
  })

  addDlqCommands(program.command('dlq'), world, code => {
    exitCode = code
  })

  addAccessFlags(program.command('healthcheck'))
    .argument(
      '[url]',
      `address of a running exporter, by HTTPS where ${WEB_CONFIG_FILE} has certificates; the default port is that of ${LISTEN_ADDRESS}, or 9308 (default: "${DEFAULT_HEALTH_URL}")`,
    )
    .description('exit 0 when the exporter answers; for the HEALTHCHECK of a container image')
    .action(async (url: string | undefined, flags: AccessFlags) => {
      exitCode = await healthcheck(url, flags, world)
    })

  addHeartbeatFlags(program.command('heartbeat-check')).action((file: string, flags: HeartbeatFlags) => {
    exitCode = runHeartbeatCheck(file, flags, { ...world, ...fileTimes })
  })

  try {
    await program.parseAsync(switchesSpeltOut(argv), { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has already written its own message.
    if (error instanceof CommanderError) return error.exitCode
    world.stderr.write(`${messageOf(error)}\n`)
    return 1
  }
}

/** Which topics are dead-letter topics. */
const NAMES_DEAD_LETTERS = /^dlq\.(match|include|exclude)$/

/** Its code is the only one that writes to Kafka, and is loaded when it is called. */
function addDlqCommands(dlq: Command, world: CommandWorld, exit: (code: number) => void): void {
  dlq.description('list and show dead letters, and send them on')
  const run = async (name: 'list' | 'show' | 'replay', topic: string, flags: DlqFlags, command: Command) => {
    const { runDlq } = await import('./dlq.ts')
    exit(await runDlq({ name, topic, flags }, flagValuesOf(command), world))
  }
  const isNotForList = (flag: string) => isOnlyForServe(flag) && !NAMES_DEAD_LETTERS.test(flag)
  addServeFlags(addDlqListFlags(dlq.command('list')), isNotForList).action(
    (flags: DlqFlags, command: Command) => run('list', '', flags, command),
  )
  for (const [name, add] of [
    ['show', addDlqShowFlags],
    ['replay', addDlqReplayFlags],
  ] as const) {
    addServeFlags(add(dlq.command(name)), isOnlyForServe).action(
      (topic: string, flags: DlqFlags, command: Command) => run(name, topic, flags, command),
    )
  }
}

async function healthcheck(
  url: string | undefined,
  flags: AccessFlags,
  world: CommandWorld,
): Promise<number> {
  const isOwn = url === undefined
  // As long as no password is told to it: its certificate is for the name that others know it by.
  const isTrusted = isOwn && flags['url.username'] === undefined
  const asked = isTrusted ? { ...flags, 'url.insecureSkipVerify': true } : flags
  const io = processIo()
  const { fetch, faults } = exporterAccess(asked, world.readFile, io.fetch)
  if (faults.length > 0) return tellFaults(faults, world)
  return runHealthcheck(url ?? defaultHealthUrl(world.env, world.readFile), { ...io, fetch }, isOwn)
}

function tellFaults(faults: readonly Fault[], { stderr }: CommandWorld): number {
  for (const fault of faults) stderr.write(`${lineOf(fault)}\n`)
  return 1
}

/** From a running exporter, or straight from the cluster where the flags of `serve` name one. */
async function lag(flags: LagFlags, clusterFlags: FlagValues, world: CommandWorld): Promise<number> {
  if (clusterFlags.size === 0) {
    const io = processIo()
    const { fetch, faults } = exporterAccess(flags, world.readFile, io.fetch)
    if (faults.length > 0) return tellFaults(faults, world)
    return runLag(flags, { ...io, fetch })
  }
  if (Object.keys(flags).some(name => name === 'url' || name.startsWith('url.'))) {
    const [flag = ''] = clusterFlags.keys()
    world.stderr.write(`lag: --url asks an exporter and --${flag} a cluster: expected one of them\n`)
    return 1
  }
  const settings = settingsFrom(clusterFlags, world, line => world.stderr.write(`notice: ${line}\n`))
  if (settings === null) return 1
  if (settings.clusters.length > 1) {
    const names = settings.clusters.map(cluster => cluster.name).join(', ')
    world.stderr.write(
      `lag: got a file with several clusters (${names}), expected one: ask their exporter by --url\n`,
    )
    return 1
  }
  // The report itself says what could not be read; the log would tear the table.
  const look = openDirectLook(settings, createLog({ level: 'error', format: 'pretty' }))
  try {
    const intervalMs = settings.clusters[0]?.pollIntervalMs ?? 15_000
    return await runLag({ ...flags, direct: { pollOnce: look.poll, intervalMs } }, processIo())
  } finally {
    await look.close()
  }
}
