// Kafka's own description of its protocol (common/message/*.json of the kafka-clients jar) to .cache/kafka-schemas/,
// for the tests that hold our codecs against it. Nothing of it is committed. Does nothing where it is there already.
//
//   node scripts/kafka-schemas.mjs [path of a kafka-clients jar]
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflateRawSync } from 'node:zlib'

const VERSION = '4.3.0'
const ARTIFACT = `org.apache.kafka:kafka-clients:${VERSION}`
const target = fileURLToPath(new URL('../.cache/kafka-schemas/', import.meta.url))
const mark = join(target, `.from-kafka-clients-${VERSION}`)

if (!existsSync(mark)) {
  const jar = process.argv[2] ?? fromMaven()
  const partial = `${target.replace(/[\\/]$/, '')}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  let files = 0
  for (const { name, bytes } of entriesOf(readFileSync(jar))) {
    const file = /^common\/message\/(\w+\.json)$/.exec(name)?.[1]
    if (file === undefined) continue
    writeFileSync(join(partial, file), bytes())
    files++
  }
  if (files === 0) throw new Error(`${jar} holds no common/message/*.json: is it a kafka-clients jar?`)
  writeFileSync(join(partial, `.from-kafka-clients-${VERSION}`), '')
  rmSync(target, { recursive: true, force: true })
  renameSync(partial, target)
  console.log(`${files} message descriptions of kafka-clients in ${target}`)
}

function fromMaven() {
  const repository = process.env.MAVEN_REPO_LOCAL ?? join(homedir(), '.m2', 'repository')
  const jar = join(repository, `org/apache/kafka/kafka-clients/${VERSION}/kafka-clients-${VERSION}.jar`)
  if (existsSync(jar)) return jar
  const options = [
    '-q',
    `-Dmaven.repo.local=${repository}`,
    'dependency:get',
    `-Dartifact=${ARTIFACT}`,
    '-Dtransitive=false',
  ]
  execFileSync('mvn', options, { stdio: 'inherit' })
  return jar
}

/** The files of a ZIP archive, by its central directory (APPNOTE.TXT 4.3.12). */
function* entriesOf(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'))
  if (end < 0) throw new Error('not a jar')
  let at = zip.readUInt32LE(end + 16)
  for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
    const method = zip.readUInt16LE(at + 10)
    const size = zip.readUInt32LE(at + 20)
    const nameLength = zip.readUInt16LE(at + 28)
    const header = zip.readUInt32LE(at + 42)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const bytes = () => {
      const from = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
      const packed = zip.subarray(from, from + size)
      return method === 0 ? packed : inflateRawSync(packed)
    }
    yield { name, bytes }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
}
