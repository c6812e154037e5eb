import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type KafkaGate, startKafkaGate } from '../harness/kafka-gate.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { type Postgres, startPostgres } from '../harness/postgres.ts'

/** One broker, which services reach through a gate alone, and PostgreSQL. */
export interface KitWorld {
  readonly kafka: KafkaCluster
  /** What services are given for brokers. */
  readonly brokers: string
  readonly gate: KafkaGate
  readonly lab: Lab
  readonly postgres: Postgres
  close(): Promise<void>
}

export async function startKitWorld(): Promise<KitWorld> {
  let broker = ''
  const gate = await startKafkaGate(() => broker)
  const [kafka, postgres] = await Promise.all([
    startKafka({
      brokers: 1,
      extraListeners: { GATED: { protocol: 'PLAINTEXT', properties: {}, advertised: { 1: gate.address } } },
    }),
    startPostgres(),
  ])
  broker = kafka.listener('GATED')[0]!
  const lab = await startLab(kafka)
  return {
    kafka,
    brokers: gate.address,
    gate,
    lab,
    postgres,
    async close() {
      await lab.close()
      await Promise.all([gate.close(), kafka.close(), postgres.close()])
    },
  }
}
