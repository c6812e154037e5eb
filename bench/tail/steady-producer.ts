import { setTimeout as pause } from 'node:timers/promises'
import { encodeRecordBatch } from '../../src/admin/wire/encode-record-batch.ts'
import { decodeProduce, encodeProduce, PRODUCE } from '../../src/admin/wire/produce.ts'
import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import { toRequest } from '../../src/kafka/wire/api.ts'
import type { Watch } from './watches.ts'

export interface SteadyProducer {
  /** Records that the broker has. */
  readonly produced: number
  /** Produces so many a second until it is told otherwise; 0 for none. */
  pace(recordsPerSecond: number): Promise<void>
  close(): Promise<void>
}

const TICK_MS = 100
const TICKS_PER_SECOND = 1_000 / TICK_MS
/** The broker's own id. */
const NODE = 1

/**
 * Sends one request a tick with a batch for every partition. A batch is encoded once for each pace, and costs this
 * process next to nothing afterwards: what is measured has the other core.
 */
export async function startProducer(
  broker: { readonly host: string; readonly port: number },
  partitions: number,
  { topic, values, headers }: Pick<Watch, 'topic' | 'values' | 'headers'>,
): Promise<SteadyProducer> {
  const transport = openKafkajsTransport({
    seeds: [broker],
    tls: null,
    sasl: null,
    clientId: 'bench-producer',
  })
  transport.setNodes([{ id: NODE, ...broker }])
  let produced = 0
  let pacing = new AbortController()
  let loop: Promise<void> = Promise.resolve()

  const run = async (perSecond: number, { signal }: AbortController) => {
    const perBatch = Math.round(perSecond / TICKS_PER_SECOND / partitions)
    const timestamp = Date.now()
    const records = Array.from({ length: perBatch }, (_, i) => {
      return { key: null, value: values[i % values.length] as Buffer, headers, timestamp }
    })
    const batch = encodeRecordBatch(records, { id: -1, epoch: -1, sequence: -1, isTransactional: false })
    const version = 8
    const body = encodeProduce(
      version,
      null,
      Array.from({ length: partitions }, (_, partition) => ({ topic, partition, batch })),
    )
    const start = performance.now()
    for (let tick = 0; !signal.aborted; tick++) {
      const waitMs = start + tick * TICK_MS - performance.now()
      if (waitMs > 0) await pause(waitMs)
      const answer = await transport.send(NODE, toRequest(PRODUCE, version, body))
      const failed = decodeProduce(version, answer.body).find(({ errorCode }) => errorCode !== 0)
      if (failed !== undefined) throw new Error(`${topic}/${failed.partition}: error ${failed.errorCode}`)
      produced += perBatch * partitions
    }
  }
  const pace = async (perSecond: number) => {
    pacing.abort()
    await loop
    pacing = new AbortController()
    loop = perSecond === 0 ? Promise.resolve() : run(perSecond, pacing)
    // It is told of by the next call.
    loop.catch(() => {})
  }
  return {
    get produced() {
      return produced
    },
    pace,
    async close() {
      await pace(0).finally(() => transport.close())
    },
  }
}
