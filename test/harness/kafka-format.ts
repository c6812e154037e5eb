import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { KafkaJars } from './kafka-jars.ts'
import { javaFlags } from './kafka-node.ts'
import { type KafkaUser, renderProperties } from './kafka-properties.ts'

const run = promisify(execFile)

/**
 * Share groups are a preview in 4.1 and off until somebody asks for them. Streams groups are an early access there,
 * which brokers take only together with the `unstable.*` settings. Both are simply there since 4.2.
 */
export function featuresOf(version: string, streamsGroups: boolean): readonly string[] {
  if (!version.startsWith('4.1.')) return []
  return streamsGroups ? ['share.version=1', 'streams.version=1'] : ['share.version=1']
}

/**
 * Formats the data directory of one node: a copy of what Kafka's own StorageTool made once for the same users and
 * features (over a second of Java), with this node's id in it.
 */
export async function formatNode(options: {
  readonly jars: KafkaJars
  readonly users: readonly KafkaUser[]
  readonly features: readonly string[]
  readonly clusterId: string
  readonly nodeId: number
  readonly dataDir: string
}): Promise<void> {
  const template = await formattedTemplate(options.jars, options.users, options.features)
  cpSync(template, options.dataDir, { recursive: true })
  const meta = join(options.dataDir, 'meta.properties')
  const text = readFileSync(meta, 'utf8')
    .replace(/^cluster\.id=.*$/m, `cluster.id=${options.clusterId}`)
    .replace(/^node\.id=.*$/m, `node.id=${options.nodeId}`)
    .replace(/^directory\.id=.*$/m, `directory.id=${newUuid()}`)
  writeFileSync(meta, text)
}

async function formattedTemplate(
  jars: KafkaJars,
  users: readonly KafkaUser[],
  features: readonly string[],
): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([users, features]))
    .digest('hex')
    .slice(0, 12)
  const template = join(jars.cacheDir, `formatted-${key}`)
  if (existsSync(template)) return template
  mkdirSync(jars.cacheDir, { recursive: true })
  const work = mkdtempSync(join(jars.cacheDir, 'formatting-'))
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': '1@127.0.0.1:1',
    listeners: 'INTERNAL://127.0.0.1:2,CONTROLLER://127.0.0.1:1',
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(work, 'data'),
    ...(features.includes('streams.version=1') && { 'unstable.feature.versions.enable': 'true' }),
  }
  const propertiesFile = join(work, 'server.properties')
  writeFileSync(propertiesFile, renderProperties(properties))
  const tool = [
    '-cp',
    jars.classpath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    newUuid(),
    '-c',
    propertiesFile,
  ]
  const scram = users.flatMap(({ name, password }) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(m => [
      '--add-scram',
      `${m}=[name=${name},password=${password}]`,
    ]),
  )
  const enabled = features.flatMap(feature => ['--feature', feature])
  try {
    const level = '-Dharness.log.level=error'
    await run('java', [...javaFlags, level, ...tool, ...scram, ...enabled])
    renameIntoPlace(join(work, 'data'), template)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return template
}

/** Another process may have been quicker; its result is as good. */
function renameIntoPlace(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!existsSync(to)) throw error
  }
}

/** As Kafka writes them: 16 random bytes in base64url. The first bit 0: an id must not look like an option. */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = bytes[0]! & 0x7f
  return Buffer.from(bytes).toString('base64url')
}
