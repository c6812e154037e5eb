import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { archiveFlags } from './class-archive.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { defaultKafkaVersion, type KafkaJars, kafkaJars } from './kafka-jars.ts'
import { javaFlags } from './kafka-node.ts'
import type {
  Batch,
  CommitRows,
  Grant,
  MemberOptions,
  NewTopic,
  OracleAnswer,
  Produced,
  RecordTime,
  Steering,
} from './lab-types.ts'
import { ownDirectory, removeOwnDirectory, spawnOwned } from './owned-process.ts'

const run = promisify(execFile)
const sourceDir = join(import.meta.dirname, 'java')

/** Kafka's own Java clients, in one long-lived process. */
export interface Lab {
  /** Returns name → topic id when every partition has a leader. */
  createTopics(topics: readonly NewTopic[]): Promise<Record<string, string>>
  deleteTopics(names: readonly string[]): Promise<void>
  /** Sets these over the ones that it has. */
  configure(topic: string, configs: Readonly<Record<string, string>>): Promise<void>
  /** Moves the log start offset, as retention would; returns the new one. */
  deleteRecords(topic: string, partition: number, before: number): Promise<number>
  produce(batches: readonly Batch[], compression?: Compression): Promise<Produced[]>
  /** `open` holds the last stable offset where it is until the same id commits or aborts. */
  transaction(
    id: string,
    outcome: 'commit' | 'abort' | 'open',
    batches?: readonly Batch[],
  ): Promise<Produced[]>
  /** Whom the leader knows to have written, and where their open transactions began; -1 where none is open. */
  producers(
    topic: string,
    partition: number,
  ): Promise<{ readonly producerId: number; readonly transactionStart: number }[]>
  /** For groups without members. */
  commitOffsets(groups: readonly CommitRows[]): Promise<void>
  deleteGroups(groups: readonly string[]): Promise<void>
  /** Returns when the member has been assigned what it consumes, unless `awaitAssigned` is false. */
  join(options: MemberOptions): Promise<void>
  steer(member: string, wishes: Steering): Promise<void>
  /** Leaves properly. To have members die without a word, give them a lab of their own and close that. */
  leave(member: string): Promise<void>
  /** What members with COMMIT_LOG among their configs committed since the last call, when they had the answer. */
  commitLog(): Promise<
    readonly (readonly [group: string, topic: string, partition: number, offset: number, at: number])[]
  >
  /** By partition, the offsets of all records from the log start to the end. */
  contents(topic: string, partitions: number): Promise<readonly (readonly number[])[]>
  /** For clusters with an authorizer. */
  grant(grants: readonly Grant[]): Promise<void>
  /** Sets a user's password for SCRAM-SHA-512. */
  alterScram(user: string, password: string): Promise<void>
  /** What the records at, or first behind, these offsets are stamped with, as a read-committed consumer sees them. */
  timestamps(
    records: readonly (readonly [topic: string, partition: number, offset: number])[],
  ): Promise<RecordTime[]>
  /** Everything that the Admin client says about topics and groups (internal topics left out). */
  oracle(): Promise<OracleAnswer>
  readonly pid: number
  close(): Promise<void>
}

/** Configs of members whose commits `commitLog` shall tell of. */
export const COMMIT_LOG = { 'interceptor.classes': 'CommitLog' }

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** What Java threw: `type` is the simple name of the class, `TopicExistsException` for one. */
export class LabError extends Error {
  readonly type: string
  constructor(op: string, type: string, message: string) {
    super(`${op}: ${type}: ${message}`)
    this.name = 'LabError'
    this.type = type
  }
}

export async function startLab(
  cluster: Pick<KafkaCluster, 'internalBrokers' | 'jars'>,
  javaOptions: readonly string[] = [],
): Promise<Lab> {
  const jars = await jarsFor(cluster.jars)
  const classes = await compile(jars)
  const stateDir = ownDirectory('lab')
  // The jars first: of such a class path the archive holds classes.
  const classpath = [jars.classpath, classes].join(delimiter)
  const java = [...javaFlags, ...archiveFlags(jars), ...javaOptions, '-Xmx384m']
  const flags = [...java, '-Dharness.log.level=warn', '-cp', classpath]
  const owned = await spawnOwned('java', [...flags, 'Lab', cluster.internalBrokers.join(','), stateDir], {
    stdio: ['pipe', 'pipe', process.env.HARNESS_VERBOSE ? 'inherit' : 'ignore'],
  })
  const call = conversation(owned)
  return {
    pid: owned.pid,
    createTopics: topics => call('createTopics', { topics }),
    deleteTopics: names => call('deleteTopics', { names }),
    configure: (topic, configs) => call('configure', { topic, configs }),
    deleteRecords: (topic, partition, before) => call('deleteRecords', { topic, partition, before }),
    produce: (batches, compression = 'none') => call('produce', { batches, compression }),
    transaction: (transactionalId, outcome, batches = []) =>
      call('transaction', { transactionalId, outcome, batches }),
    producers: (topic, partition) => call('producers', { topic, partition }),
    commitOffsets: groups => call('commitOffsets', { groups }),
    deleteGroups: groups => call('deleteGroups', { groups }),
    join: options => call('join', { ...options }),
    steer: (member, wishes) => call('steer', { member, ...wishes }),
    leave: member => call('leave', { member }),
    commitLog: () => call('commitLog', {}),
    contents: (topic, partitions) => call('contents', { topic, partitions }),
    grant: grants => call('grant', { grants }),
    alterScram: (user, password) => call('alterScram', { user, password }),
    timestamps: records => call('timestamps', { records }),
    oracle: () => call('oracle', {}),
    async close() {
      await owned.end('SIGKILL')
      await removeOwnDirectory(stateDir)
    },
  }
}

/** The Java side is written for the clients of 4.1 and later, which also speak to older brokers. */
async function jarsFor(jars: KafkaJars): Promise<KafkaJars> {
  return /^4\.([1-9]|\d\d)/.test(jars.version) ? jars : kafkaJars(defaultKafkaVersion)
}

async function compile(jars: KafkaJars): Promise<string> {
  const sources = readdirSync(sourceDir)
    .filter(name => name.endsWith('.java'))
    .sort()
    .map(name => join(sourceDir, name))
  const hash = createHash('sha256')
  for (const source of sources) hash.update(readFileSync(source))
  const classes = join(jars.cacheDir, `lab-${hash.digest('hex').slice(0, 12)}`)
  if (existsSync(classes)) return classes
  const building = mkdtempSync(join(jars.cacheDir, 'compiling-'))
  try {
    await run('javac', ['-nowarn', '-d', building, '-cp', jars.classpath, ...sources])
    renameSync(building, classes)
  } catch (error) {
    rmSync(building, { recursive: true, force: true })
    // Unless another process was quicker.
    if (!existsSync(classes)) throw error
  }
  return classes
}

type Call = <T>(op: string, request: Record<string, unknown>) => Promise<T>
interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly type: string; readonly message: string }
}

/** Calls that are under way keep this process alive; the lab alone does not. */
function conversation(owned: Awaited<ReturnType<typeof spawnOwned>>): Call {
  const { child } = owned
  const input = child.stdin!
  const output = child.stdout as NonNullable<typeof child.stdout> & { ref(): void; unref(): void }
  ;(input as unknown as { unref(): void }).unref()
  output.unref()
  const waiting = new Map<number, { op: string; resolve(value: unknown): void; reject(error: Error): void }>()
  let lastId = 0
  createInterface({ input: output }).on('line', line => {
    const answer = JSON.parse(line) as Answer
    const call = waiting.get(answer.id)
    if (!call) return
    waiting.delete(answer.id)
    if (waiting.size === 0) output.unref()
    if (answer.error) call.reject(new LabError(call.op, answer.error.type, answer.error.message))
    else call.resolve(answer.result)
  })
  // The next call finds out that the process is gone.
  input.on('error', () => {})
  void owned.exited.then(({ code, signal }) => {
    for (const { op, reject } of waiting.values())
      reject(new Error(`${op}: the lab ended (${signal ?? code})`))
    waiting.clear()
  })
  return <T>(op: string, request: Record<string, unknown>) =>
    new Promise<T>((resolve, reject) => {
      if (child.exitCode !== null || child.signalCode !== null)
        return reject(new Error(`${op}: the lab has ended`))
      const id = ++lastId
      waiting.set(id, { op, resolve: resolve as (value: unknown) => void, reject })
      output.ref()
      input.write(`${JSON.stringify({ id, op, ...request })}\n`)
    })
}
