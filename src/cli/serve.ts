import closeWithGrace from 'close-with-grace'
import { EVERY_FAMILY } from '../catalog/catalog.ts'
import { ConfigError } from '../config/fault.ts'
import type { FlagValues } from '../config/flags.ts'
import { loadSettings } from '../config/load-settings.ts'
import { renderSettings } from '../config/render-settings.ts'
import type { Settings } from '../config/settings.ts'
import { codeOf, messageOf } from '../errors.ts'
import { startExporter } from '../run.ts'
import type { CommandWorld } from './command-world.ts'
import { createLog } from './log.ts'
import { VERSION } from './version.ts'

/** A stop that takes longer is cut off. */
const STOP_DEADLINE_MS = 10_000

/**
 * `serve`: resolves to 0 once it listens, and after --print-config; to 1 with every fault of the configuration on a
 * line of its own, or when it cannot listen. A signal ends what it started.
 */
export async function serve(flags: FlagValues, world: CommandWorld): Promise<number> {
  const notices: string[] = []
  const settings = settingsFrom(flags, world, line => notices.push(line))
  if (settings === null) return 1
  if (flags.get('print-config')?.at(-1) === 'true') {
    world.stdout.write(renderSettings(settings))
    return 0
  }
  const log = createLog(settings.log)
  for (const notice of notices) log.warn({}, notice)
  try {
    const exporter = await startExporter(settings, { log, version: VERSION })
    closeWithGrace({ delay: STOP_DEADLINE_MS, logger: false }, async ({ err, signal }) => {
      if (err)
        log.error({ err, code: codeOf(err) }, `stopping after an unexpected failure: ${messageOf(err)}`)
      else log.info({ signal }, 'stopping')
      await exporter.stop()
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
  { env, stderr, readFile }: CommandWorld,
  notice: (line: string) => void,
): Settings | null {
  try {
    return loadSettings({
      argvFlags: flags,
      env,
      readFile,
      knownFamilies: EVERY_FAMILY.map(family => family.name),
      notice,
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    stderr.write(`${error.message}\n`)
    return null
  }
}
