import { createRequire } from 'node:module'
import { type DestinationStream, pino, stdSerializers } from 'pino'
import type { PinoPretty } from 'pino-pretty'
import type { LogLevel, Settings } from '../config/settings.ts'
import type { Log } from '../model/ports.ts'

/** Lines to standard error, so that standard output belongs to what a command prints. */
export function createLog(
  { level, format }: Settings['log'],
  destination: DestinationStream = process.stderr,
): Log & { readonly level: LogLevel | string } {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: { err: stdSerializers.err },
  }
  if (format === 'json') return pino(options, destination)
  // Some megabytes that lines of JSON do without.
  const { default: pretty } = createRequire(import.meta.url)('pino-pretty') as { default: typeof PinoPretty }
  const lines = pretty({
    colorize: process.stderr.isTTY === true,
    translateTime: 'HH:MM:ss',
    destination,
    sync: true,
  })
  return pino(options, lines)
}
