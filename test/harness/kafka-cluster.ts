import { execFile } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { askMetadata } from './ask-metadata.ts'
import type { Certificate, Certificates } from './certificates.ts'
import { archiveFlags } from './class-archive.ts'
import { abilitiesOf, type KafkaAbilities } from './kafka-abilities.ts'
import { featuresOf, formatNode, newUuid } from './kafka-format.ts'
import { type KafkaJars, kafkaJars } from './kafka-jars.ts'
import { javaFlags, type KafkaNode, kafkaNode } from './kafka-node.ts'
import { planCluster } from './kafka-plan.ts'
import {
  type ClusterSpec,
  type ExtraListener,
  type KafkaUser,
  renderProperties,
  type Security,
  serverProperties,
} from './kafka-properties.ts'
import { ownDirectory, removeOwnDirectory } from './owned-process.ts'
import { waitUntil } from './wait-until.ts'

const run = promisify(execFile)

export interface KafkaOptions {
  /** Default 3. Their ids are 1, 2, … */
  readonly brokers?: number
  /** Default 4.1.1, or KAFKA_HOME, or KAFKA_VERSION. Before 3.3 it is a cluster of ZooKeeper's. */
  readonly version?: string
  /** What `brokers` of the result speak; default plaintext. */
  readonly listeners?: Security
  /** For the sasl listeners; default one user `alice` with the password `alice-secret`. */
  readonly users?: readonly KafkaUser[]
  /** The certificate that brokers show, for tests of bad ones. Default: `server` of `certificates`. */
  readonly certificates?: Certificates
  readonly serverCertificate?: Certificate
  /** More listeners, by names in capitals. */
  readonly extraListeners?: Readonly<Record<string, ExtraListener>>
  /** For the JVM of every node. */
  readonly javaOptions?: readonly string[]
  /** Added to every broker's server.properties, over the harness's own. */
  readonly properties?: Readonly<Record<string, string>>
  /** A controller process of its own (id 100), so that the quorum stays when any number of brokers is down. */
  readonly dedicatedController?: boolean
  /** Needed for streams groups before 4.2; brokers then also advertise APIs that are not finished. */
  readonly streamsGroups?: boolean
  /** Per process; default 384. */
  readonly heapMb?: number
}

export interface Broker {
  readonly id: number
  /** Of the listener in `KafkaCluster.brokers`. */
  readonly port: number
  /** Null while it is down. */
  readonly pid: number | null
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGSTOP: it keeps its connections and accepts new ones, and answers nothing. */
  stop(): void
  /** SIGCONT. */
  cont(): void
  /**
   * Starts it again on the same ports and data; resolves when it lists itself as alive. In combined mode a lone
   * broker of three has no quorum: restart the others at the same time.
   */
  restart(): Promise<void>
}

export interface KafkaCluster {
  readonly version: string
  readonly abilities: KafkaAbilities
  readonly jars: KafkaJars
  /** "host:port" of the listeners asked for. */
  readonly brokers: readonly string[]
  /** "host:port" of the plaintext listeners without authentication, which every cluster has. */
  readonly internalBrokers: readonly string[]
  /** "host:port" of an extra listener of every broker. */
  listener(name: string): readonly string[]
  readonly certificates: Certificates | null
  readonly users: readonly KafkaUser[]
  readonly dataDir: string
  /** By id: 1, 2, … */
  broker(id: number): Broker
  /** Until every running broker lists the same `count` brokers as alive; default all. */
  ready(count?: number): Promise<void>
  /** Runs one of Kafka's command line tools to its end and returns what it printed: `org.apache.kafka.tools.…`. */
  tool(mainClass: string, args: readonly string[]): Promise<string>
  /** Ends everything and removes the data. `keepLogs` copies the brokers' logs away first and says where. */
  close(options?: { readonly keepLogs?: boolean }): Promise<void>
}

/** On a machine that does much else at the same time. */
const patience = { timeoutMs: 180_000 }

class PortTaken extends Error {}

/** A real Kafka cluster on free loopback ports. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const jars = await kafkaJars(options.version)
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(jars, options)
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === 5) throw error
    }
  }
}

async function startOnce(jars: KafkaJars, options: KafkaOptions): Promise<KafkaCluster> {
  const dataDir = ownDirectory('kafka')
  const { needsZooKeeper } = abilitiesOf(jars.version)
  const spec = await planCluster(dataDir, options, needsZooKeeper)
  const clusterId = newUuid()
  const nodes: KafkaNode[] = []
  for (const node of spec.nodes) {
    const { id } = node.ports
    const users = spec.security.startsWith('sasl') || options.users !== undefined ? spec.users : []
    const features = featuresOf(jars.version, options.streamsGroups ?? false)
    if (!needsZooKeeper)
      await formatNode({ jars, users, features, clusterId, nodeId: id, dataDir: node.dataDir })
    const propertiesFile = join(dataDir, `server-${id}.properties`)
    writeFileSync(propertiesFile, renderProperties(serverProperties(spec, node, jars.version)))
    const logFile = join(dataDir, `node-${id}.log`)
    const heapMb = options.heapMb ?? 384
    const isZooKeeper = needsZooKeeper && node.roles === 'controller'
    const mainClass = isZooKeeper ? 'org.apache.zookeeper.server.ZooKeeperServerMain' : 'kafka.Kafka'
    const { classpath } = jars
    const javaOptions = [...archiveFlags(jars), ...(options.javaOptions ?? [])]
    nodes.push(kafkaNode({ id, mainClass, classpath, heapMb, javaOptions, propertiesFile, logFile }))
  }
  const cluster = handle(jars, spec, nodes, dataDir)
  try {
    await Promise.all(nodes.map(node => node.start()))
    await cluster.ready()
    return cluster
  } catch (error) {
    const taken = nodes.some(node => node.portTaken())
    await cluster.close({ keepLogs: !taken })
    throw taken ? new PortTaken('a port was taken before Kafka could listen', { cause: error }) : error
  }
}

function handle(
  jars: KafkaJars,
  spec: ClusterSpec,
  nodes: readonly KafkaNode[],
  dataDir: string,
): KafkaCluster {
  const brokerSpecs = spec.nodes.filter(node => node.roles !== 'controller')
  const nodeOf = (id: number) => nodes.find(node => node.id === id)!
  const isRunning = (id: number) => {
    const child = nodeOf(id).process?.child
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }
  const fail = (id: number) => new Error(`Kafka node ${id} ended:\n${nodeOf(id).lastWords()}`)

  const listed = async (count: number, ids: () => readonly number[]) => {
    const answers = await Promise.all(ids().map(id => askMetadata(specOf(id).ports.internal)))
    return answers.length > 0 && answers.every(answer => answer.length >= count)
  }
  const specOf = (id: number) => {
    const found = brokerSpecs.find(node => node.ports.id === id)
    if (!found) throw new Error(`no broker ${id}; there are ${brokerSpecs.map(b => b.ports.id).join(', ')}`)
    return found
  }
  const stopped = new Set<number>()
  const answering = () => brokerSpecs.map(b => b.ports.id).filter(id => isRunning(id) && !stopped.has(id))

  const broker = (id: number): Broker => {
    const node = nodeOf(specOf(id).ports.id)
    return {
      id,
      port: specOf(id).ports.client,
      get pid() {
        return isRunning(id) ? node.process!.pid : null
      },
      async kill() {
        stopped.delete(id)
        await node.process?.end('SIGKILL')
      },
      stop() {
        stopped.add(id)
        node.process?.signal('SIGSTOP')
      },
      cont() {
        stopped.delete(id)
        node.process?.signal('SIGCONT')
      },
      async restart() {
        stopped.delete(id)
        await node.process?.end('SIGKILL')
        await node.start()
        await waitUntil(
          `broker ${id} lists itself as alive`,
          async () => {
            if (!isRunning(id)) {
              // Its name is taken until ZooKeeper ends the session of the one before it.
              if (!spec.needsZooKeeper) throw fail(id)
              await node.start()
            }
            return (await askMetadata(specOf(id).ports.internal)).includes(id)
          },
          patience,
        )
      },
    }
  }

  return {
    version: jars.version,
    abilities: abilitiesOf(jars.version),
    jars,
    brokers: brokerSpecs.map(({ ports }) =>
      ports.client === ports.internal ? `127.0.0.1:${ports.internal}` : `localhost:${ports.client}`,
    ),
    internalBrokers: brokerSpecs.map(({ ports }) => `127.0.0.1:${ports.internal}`),
    listener: name => brokerSpecs.map(({ ports }) => `localhost:${ports.extra[name]}`),
    certificates: spec.tls?.certificates ?? null,
    users: spec.users,
    dataDir,
    broker,
    async ready(count = brokerSpecs.length) {
      const ended = new Promise<never>((_, reject) => {
        for (const node of nodes) {
          if (isRunning(node.id)) void node.process?.exited.then(() => reject(fail(node.id)))
        }
      })
      // Heard only while somebody waits for the brokers.
      ended.catch(() => {})
      await Promise.race([
        ended,
        waitUntil(`${count} brokers alive`, () => listed(count, answering), patience),
      ])
    },
    async tool(mainClass, args) {
      const java = [...javaFlags, ...archiveFlags(jars), '-Xmx256m', '-Dharness.log.level=error']
      const command = [...java, '-cp', jars.classpath, mainClass, ...args]
      const { stdout } = await run('java', command, { maxBuffer: 1 << 28 })
      return stdout
    },
    async close({ keepLogs = false } = {}) {
      await Promise.all(nodes.map(node => node.process?.end('SIGKILL')))
      if (keepLogs) {
        const kept = await mkdtemp(join(tmpdir(), 'kafka-logs-'))
        for (const node of nodes) cpSync(node.logFile, join(kept, `node-${node.id}.log`))
        console.error(`the logs of Kafka are kept in ${kept}`)
      }
      await removeOwnDirectory(dataDir)
    },
  }
}
