import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { KafkaJars } from './kafka-jars.ts'

/** Kafka's classes, loaded and verified once: Java starts with them in half the time. `npm run setup` makes it. */
export const classArchive = ({ cacheDir }: KafkaJars): string => join(cacheDir, 'classes.jsa')

/**
 * For a class path that begins with the jars of the release. Java does without an archive that is not about just these
 * files, or not its own, and says so where nobody reads results from.
 */
export function archiveFlags(jars: KafkaJars): readonly string[] {
  const file = classArchive(jars)
  return existsSync(file)
    ? [`-XX:SharedArchiveFile=${file}`, '-Xlog:disable', '-Xlog:all=warning:stderr']
    : []
}
