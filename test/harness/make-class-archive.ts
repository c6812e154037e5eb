import { execFile } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { classArchive } from './class-archive.ts'
import { startKafka } from './kafka-cluster.ts'
import { type KafkaJars, kafkaJars } from './kafka-jars.ts'
import { javaFlags } from './kafka-node.ts'
import { startLab } from './lab.ts'
import { ownDirectory, removeOwnDirectory } from './owned-process.ts'

const run = promisify(execFile)

/** Does nothing where there is one that Java takes. */
export async function makeClassArchive(): Promise<void> {
  const jars = await kafkaJars()
  const file = classArchive(jars)
  if (await isTaken(jars, file)) return
  rmSync(file, { force: true })
  const work = ownDirectory('classes')
  const list = join(work, 'all')
  const building = `${file}.${process.pid}.part`
  try {
    writeFileSync(list, (await loadedClasses(work)).join('\n'))
    const dump = ['-Xshare:dump', `-XX:SharedClassListFile=${list}`, `-XX:SharedArchiveFile=${building}`]
    await run('java', [...javaFlags, ...dump, '-cp', jars.classpath], { maxBuffer: 1 << 26 })
    renameSync(building, file)
  } finally {
    rmSync(building, { force: true })
    await removeOwnDirectory(work)
  }
}

async function isTaken({ classpath }: KafkaJars, file: string): Promise<boolean> {
  const check = ['-Xshare:on', `-XX:SharedArchiveFile=${file}`, '-cp', classpath, '-version']
  try {
    await run('java', [...javaFlags, ...check])
    return true
  } catch {
    return false
  }
}

/** Those of a broker and of clients that have done what tests do. */
async function loadedClasses(work: string): Promise<readonly string[]> {
  const names = ['broker', 'clients']
  const listing = (name: string) => [`-XX:DumpLoadedClassList=${join(work, name)}`]
  const kafka = await startKafka({ brokers: 1, javaOptions: listing('broker') })
  try {
    const lab = await startLab(kafka, listing('clients'))
    await lab.createTopics([{ name: 'orders' }])
    await lab.produce([{ topic: 'orders', count: 10 }])
    await lab.transaction('bookings', 'commit', [{ topic: 'orders', count: 3 }])
    await lab.commitOffsets([{ group: 'jobs', offsets: [['orders', 0, 5]] }])
    for (const kind of ['classic', 'consumer'] as const)
      await lab.join({ member: kind, kind, group: kind, topics: ['orders'] })
    await lab.oracle()
    await lab.close()
  } finally {
    await kafka.close()
  }
  const lines = names.flatMap(name => {
    // Whoever is killed may leave half a line.
    const all = readFileSync(join(work, name), 'utf8').split('\n')
    return all.slice(0, -1)
  })
  return [...new Set(lines)]
}
