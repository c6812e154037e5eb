import { appendFileSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OwnedProcess, spawnOwned } from './owned-process.ts'

/** What starting Java takes little time and memory for. `UsePerfData` would leave files behind after SIGKILL. */
export const javaFlags = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:-UsePerfData',
  '-Xshare:auto',
  `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.properties')}`,
  // Kafka before 4.0 brings a binding to the older one.
  `-Dlog4j.configuration=file:${join(import.meta.dirname, 'log4j.properties')}`,
]

export interface KafkaNode {
  readonly id: number
  readonly logFile: string
  start(): Promise<void>
  readonly process: OwnedProcess | undefined
  /** Somebody else listened on one of its ports before it could. */
  portTaken(): boolean
  lastWords(): string
}

export function kafkaNode(options: {
  readonly id: number
  readonly mainClass: string
  readonly classpath: string
  readonly heapMb: number
  readonly javaOptions: readonly string[]
  readonly propertiesFile: string
  readonly logFile: string
}): KafkaNode {
  let current: OwnedProcess | undefined
  const log = () => readFileSync(options.logFile, 'utf8')
  writeFileSync(options.logFile, '')
  return {
    id: options.id,
    logFile: options.logFile,
    get process() {
      return current
    },
    async start() {
      appendFileSync(options.logFile, `--- start ${new Date().toISOString()}\n`)
      const fd = openSync(options.logFile, 'a')
      const heap = [`-Xmx${options.heapMb}m`, '-Xms64m', ...options.javaOptions]
      const { mainClass, classpath, propertiesFile } = options
      const args = [...javaFlags, ...heap, '-cp', classpath, mainClass, propertiesFile]
      try {
        current = await spawnOwned('java', args, { stdio: ['ignore', fd, fd] })
      } finally {
        closeSync(fd)
      }
    },
    portTaken: () => /Address already in use|AddressAlreadyInUse|Socket server failed to bind/.test(log()),
    lastWords: () =>
      log()
        .split('\n')
        .filter(line => /ERROR|FATAL|Exception|Error:/.test(line))
        .slice(-5)
        .join('\n'),
  }
}
