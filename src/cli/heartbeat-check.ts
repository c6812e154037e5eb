import { statSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { formatDuration, parseDuration } from '../config/duration.ts'
import { messageOf } from '../errors.ts'
import type { TextSink } from './cli-io.ts'

export interface HeartbeatFlags {
  readonly maxAge: string
}

/** What `heartbeat-check` may touch of the world. */
export interface HeartbeatWorld {
  readonly stdout: TextSink
  readonly stderr: TextSink
  /** When the file was last written, in milliseconds since 1970; throws where there is none. */
  readonly writtenAt: (file: string) => number
  /** Milliseconds since 1970, of the clock that file times are of. */
  readonly now: () => number
}

export function addHeartbeatFlags(command: Command): Command {
  return command
    .argument('<file>', 'heartbeat file of a consumer')
    .option('--max-age <duration>', 'how old its last touch may be, such as 320s or 5m', '320s')
    .description('exit 0 when a heartbeat file is young enough, 1 otherwise; for exec probes')
}

export const fileTimes: Pick<HeartbeatWorld, 'writtenAt' | 'now'> = {
  writtenAt: file => statSync(file).mtimeMs,
  now: Date.now,
}

/**
 * The command by itself: a probe is run again and again and has a second for it, most of which the other commands
 * would take to be loaded. Returns the exit code.
 */
export function runHeartbeatProgram(
  argv: readonly string[],
  { stdout, stderr }: Pick<HeartbeatWorld, 'stdout' | 'stderr'>,
): number {
  let exitCode = 0
  const program = new Command('kafka-health-exporter')
    .configureOutput({ writeOut: text => stdout.write(text), writeErr: text => stderr.write(text) })
    .exitOverride()
  addHeartbeatFlags(program.command('heartbeat-check').copyInheritedSettings(program)).action(
    (file: string, flags: HeartbeatFlags) => {
      exitCode = runHeartbeatCheck(file, flags, { stdout, stderr, ...fileTimes })
    },
  )
  try {
    program.parse(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has already written its own message.
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
}

/** Exit code 0 when the file is young enough, 1 when it is not, or not there. */
export function runHeartbeatCheck(file: string, flags: HeartbeatFlags, world: HeartbeatWorld): number {
  const maxAgeMs = parseDuration(flags.maxAge)
  if (maxAgeMs === null || maxAgeMs === 0) {
    world.stderr.write(`--max-age: got "${flags.maxAge}", expected a duration above 0, such as 320s or 5m\n`)
    return 1
  }
  try {
    // A file from the future was touched before the clock was set back: since then by nobody.
    const ageMs = Math.abs(world.now() - world.writtenAt(file))
    const isAlive = ageMs <= maxAgeMs
    const age = `touched ${Math.round(ageMs / 1_000)} s ago, --max-age is ${formatDuration(maxAgeMs)}`
    if (isAlive) world.stdout.write(`alive: ${file}: ${age}\n`)
    else world.stderr.write(`stuck: ${file}: ${age}\n`)
    return isAlive ? 0 : 1
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    world.stderr.write(`stuck: ${file}: ${isMissing ? 'there is no such file' : messageOf(error)}\n`)
    return 1
  }
}
