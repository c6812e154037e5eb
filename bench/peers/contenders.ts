import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EXPORTER_OPTIONS } from '../../src/config/options.ts'
import { type Contender, POLL_INTERVAL_S } from './contender.ts'
import { familiesLike } from './families.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const hasMaxSeries = EXPORTER_OPTIONS.some(option => option.path === 'metrics.max_series')

/** As the Dockerfile sets it. */
const IMAGE_ENVIRONMENT = { NODE_ENV: 'production', MALLOC_MMAP_THRESHOLD_: '131072' }

/**
 * The exporter as it is shipped, with a state file, publishing what `families` names. Beside a peer it reads what the
 * peer reads, and so no records.
 */
export function ours(families: string): Contender {
  return {
    name: families === 'all' ? 'ours, all families' : `ours, families of ${families}`,
    model: 'poll',
    role: 'ours',
    families,
    command({ brokers, port, folder }) {
      const file = join(folder, 'exporter.json')
      // JSON is YAML too.
      const settings = {
        clusters: [
          {
            brokers,
            poll_interval: `${POLL_INTERVAL_S}s`,
            ...(families !== 'all' && { probe: { max_bytes_per_second: 0 } }),
          },
        ],
        metrics: { families: familiesLike(families), ...(hasMaxSeries && { max_series: 0 }) },
        state_file: join(folder, 'state'),
        web: { listen_address: `127.0.0.1:${port}` },
        log: { level: 'warn' },
      }
      writeFileSync(file, JSON.stringify(settings))
      return { program: process.execPath, args: [MAIN, `--config=${file}`], env: IMAGE_ENVIRONMENT }
    },
    generationOf: page => /^kafka_health_exporter_snapshot_timestamp_seconds (\S+)/m.exec(page)?.[1] ?? null,
  }
}

const kafkaExporter = (program: string): Contender => ({
  name: 'kafka_exporter',
  model: 'scrape',
  role: 'peer',
  command: ({ brokers, port }) => ({
    program,
    args: [
      ...brokers.map(broker => `--kafka.server=${broker}`),
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    env: {},
  }),
  generationOf: () => null,
})

const kminion = (program: string): Contender => ({
  name: 'kminion',
  model: 'scrape',
  role: 'peer',
  command: ({ brokers, port }) => ({
    program,
    args: [],
    env: {
      KAFKA_BROKERS: brokers.join(','),
      EXPORTER_HOST: '127.0.0.1',
      EXPORTER_PORT: String(port),
      LOGGER_LEVEL: 'error',
    },
  }),
  generationOf: () => null,
})

const klagExporter = (program: string): Contender => ({
  name: 'klag-exporter',
  model: 'poll',
  role: 'beside',
  command({ brokers, port, folder }) {
    const file = join(folder, 'config.toml')
    writeFileSync(
      file,
      `[exporter]
poll_interval = "${POLL_INTERVAL_S}s"
http_host = "127.0.0.1"
http_port = ${port}
granularity = "partition"
[[clusters]]
name = "bench"
bootstrap_servers = "${brokers.join(',')}"
`,
    )
    return { program, args: ['--config', file, '--log-level', 'error'], env: {} }
  },
  generationOf: page => /^kafka_lag_exporter_last_update_timestamp_seconds\S* (\S+)/m.exec(page)?.[1] ?? null,
})

const PEERS = {
  KAFKA_EXPORTER: kafkaExporter,
  KMINION: kminion,
  KLAG_EXPORTER: klagExporter,
} as const

/** The peers whose binaries the environment names; the variables that are missing. */
export function peersOf(env: NodeJS.ProcessEnv): {
  readonly peers: readonly Contender[]
  readonly missing: readonly string[]
} {
  const names = Object.keys(PEERS) as (keyof typeof PEERS)[]
  return {
    peers: names.filter(name => env[name]).map(name => PEERS[name](env[name]!)),
    missing: names.filter(name => !env[name]),
  }
}
