import closeWithGrace from 'close-with-grace'
import { EVERY_FAMILY } from '../catalog/catalog.ts'
import { ConfigError } from '../config/fault.ts'
import type { FlagValues } from '../config/flags.ts'
import { loadSettings } from '../config/load-settings.ts'
import { renderSettings } from '../config/render-settings.ts'
import type { Settings } from '../config/settings.ts'
import { codeOf, messageOf } from '../errors.ts'
import { type RunningExporter, startExporter } from '../run.ts'
import type { CommandWorld } from './command-world.ts'
import { switchableLog } from './switchable-log.ts'
import { VERSION } from './version.ts'

/** A stop that takes longer is cut off. */
const STOP_DEADLINE_MS = 10_000

/**
 * `serve`: resolves to 0 once it listens, and after --print-config; to 1 with every fault of the configuration on a
 * line of its own, or when it cannot listen. SIGHUP reads the configuration anew, any other signal ends what it
 * started.
 */
export async function serve(flags: FlagValues, world: CommandWorld): Promise<number> {
  const notices: string[] = []
  const settings = settingsFrom(flags, world, line => notices.push(line))
  if (settings === null) return 1
  if (flags.get('print-config')?.at(-1) === 'true') {
    world.stdout.write(renderSettings(settings))
    return 0
  }
  const { log, use } = switchableLog(settings.log)
  for (const notice of notices) log.warn({}, notice)
  let exporter: RunningExporter | null = null
  // From here on, so that one that comes too early does not end the program. The reload has logged why it failed.
  process.on('SIGHUP', () => void exporter?.reload('SIGHUP').catch(() => {}))
  try {
    const running = await startExporter(settings, {
      log,
      version: VERSION,
      load: () => settingsOf(flags, world, line => log.warn({}, line)),
      onReload: reloaded => use(reloaded.log),
    })
    exporter = running
    closeWithGrace({ delay: STOP_DEADLINE_MS, logger: false, skip: ['SIGHUP'] }, async ({ err, signal }) => {
      if (err)
        log.error({ err, code: codeOf(err) }, `stopping after an unexpected failure: ${messageOf(err)}`)
      else log.info({ signal }, 'stopping')
      await running.stop()
      log.info({}, 'stopped')
    })
    return 0
  } catch (error) {
    log.error({ code: codeOf(error) }, messageOf(error))
    return 1
  }
}

/** Null after the faults were written. */
export function settingsFrom(
  flags: FlagValues,
  world: CommandWorld,
  notice: (line: string) => void,
): Settings | null {
  try {
    return settingsOf(flags, world, notice)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    world.stderr.write(`${error.message}\n`)
    return null
  }
}

function settingsOf(
  flags: FlagValues,
  { env, readFile }: CommandWorld,
  notice: (line: string) => void,
): Settings {
  const knownFamilies = EVERY_FAMILY.map(family => family.name)
  return loadSettings({ argvFlags: flags, env, readFile, knownFamilies, notice })
}
