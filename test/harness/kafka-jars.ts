import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { waitUntil } from './wait-until.ts'

const run = promisify(execFile)
const pomFile = join(import.meta.dirname, 'pom.xml')
const cacheDir = join(import.meta.dirname, '..', '..', '.cache')

export const defaultKafkaVersion = '4.1.1'

export interface KafkaJars {
  readonly version: string
  /** For `java -cp`. */
  readonly classpath: string
  /** Where what is derived from these jars may be kept. */
  readonly cacheDir: string
}

/**
 * The jars of one Kafka release, resolved once by Maven into `.cache/kafka-<version>`. Without an explicit version,
 * KAFKA_HOME or KAFKA_VERSION is used where it is set.
 */
export async function kafkaJars(version?: string): Promise<KafkaJars> {
  const home = process.env.KAFKA_HOME
  if (home && version === undefined) {
    return jarsOfHome(home)
  }
  const wanted = version ?? process.env.KAFKA_VERSION ?? defaultKafkaVersion
  const dir = join(cacheDir, `kafka-${wanted}`)
  if (!isComplete(dir)) await exclusively(dir, () => resolveJars(wanted, dir))
  return { version: wanted, classpath: join(dir, 'libs', '*'), cacheDir: dir }
}

/** The release that `kafkaJars()` gives. */
export function chosenKafkaVersion(): string {
  const home = process.env.KAFKA_HOME
  return home ? jarsOfHome(home).version : (process.env.KAFKA_VERSION ?? defaultKafkaVersion)
}

function jarsOfHome(home: string): KafkaJars {
  const libs = join(home, 'libs')
  const names = existsSync(libs) ? readdirSync(libs) : []
  const version = names.map(name => /^kafka-clients-(\d[\d.]*)\.jar$/.exec(name)?.[1]).find(found => found)
  if (!version) throw new Error(`KAFKA_HOME=${home} holds no libs/kafka-clients-<version>.jar`)
  const dir = join(cacheDir, `kafka-home-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`)
  mkdirSync(dir, { recursive: true })
  return { version, classpath: join(libs, '*'), cacheDir: dir }
}

const stampOf = (pom: string) => createHash('sha256').update(pom).digest('hex')

function isComplete(dir: string): boolean {
  const stamp = join(dir, 'stamp')
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === stampOf(readFileSync(pomFile, 'utf8'))
}

async function resolveJars(version: string, dir: string): Promise<void> {
  // Built beside and renamed: a directory that exists is whole.
  const building = `${dir}.${process.pid}.part`
  rmSync(building, { recursive: true, force: true })
  const args = ['-B', '-q', '-f', pomFile, 'dependency:copy-dependencies', `-Dkafka.version=${version}`]
  try {
    await run('mvn', [...args, `-DoutputDirectory=${join(building, 'libs')}`], { maxBuffer: 1 << 24 })
  } catch (cause) {
    rmSync(building, { recursive: true, force: true })
    const said = (cause as { stdout?: string }).stdout?.split('\n').slice(0, 5).join('\n') ?? ''
    throw new Error(`Maven could not resolve Kafka ${version}\n${said}`.trim(), { cause })
  }
  writeFileSync(join(building, 'stamp'), stampOf(readFileSync(pomFile, 'utf8')))
  rmSync(dir, { recursive: true, force: true })
  renameSync(building, dir)
}

/** One process at a time does the work; the others wait until it is done. A lock whose holder died is taken over. */
async function exclusively(dir: string, work: () => Promise<void>): Promise<void> {
  const lock = `${dir}.lock`
  mkdirSync(cacheDir, { recursive: true })
  await waitUntil(
    `${dir} resolved by the process that holds ${lock}`,
    async () => {
      if (isComplete(dir)) return true
      if (!takeLock(lock)) return false
      try {
        if (!isComplete(dir)) await work()
        return true
      } catch (failure) {
        // Not for waitUntil, which would try again: what Maven refuses once it refuses always.
        return { failure }
      } finally {
        rmSync(lock, { force: true })
      }
    },
    { timeoutMs: 600_000 },
  ).then(outcome => {
    if (typeof outcome === 'object') throw outcome.failure
  })
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!holderIsAlive(lock)) rmSync(lock, { force: true })
    return false
  }
}

function holderIsAlive(lock: string): boolean {
  try {
    const holder = Number(readFileSync(lock, 'utf8'))
    // Empty for the moment between creation and writing.
    if (holder > 0) process.kill(holder, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
