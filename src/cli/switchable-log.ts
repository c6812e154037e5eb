import type { Settings } from '../config/settings.ts'
import type { Log } from '../model/ports.ts'
import { createLog } from './log.ts'

/** A log whose level and format may change under those who write to it. */
export function switchableLog(first: Settings['log']): {
  readonly log: Log
  use(settings: Settings['log']): void
} {
  let current = createLog(first)
  return {
    log: {
      debug: (fields, message) => current.debug(fields, message),
      info: (fields, message) => current.info(fields, message),
      warn: (fields, message) => current.warn(fields, message),
      error: (fields, message) => current.error(fields, message),
    },
    use(settings) {
      current = createLog(settings)
    },
  }
}
