import { type DestinationStream, pino, stdSerializers } from 'pino'
import pretty from 'pino-pretty'
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
  const lines = pretty({
    colorize: process.stderr.isTTY === true,
    translateTime: 'HH:MM:ss',
    destination,
    sync: true,
  })
  return pino(options, lines)
}
