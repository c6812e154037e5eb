import type { Log } from '../model/ports.ts'

/** The same log, with one field more on each line. */
export function logWithField(log: Log, key: string, value: string): Log {
  return {
    debug: (fields, message) => log.debug({ [key]: value, ...fields }, message),
    info: (fields, message) => log.info({ [key]: value, ...fields }, message),
    warn: (fields, message) => log.warn({ [key]: value, ...fields }, message),
    error: (fields, message) => log.error({ [key]: value, ...fields }, message),
  }
}
