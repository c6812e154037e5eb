import type { KafkaEvent } from '../ports.ts'
import type { RunnableConsumer } from './resilient-options.ts'

/**
 * Commits the ends of batches whose records KafkaJS leaves out, such as those of aborted transactions: handlers never
 * see these, and without a record after them they would seem to wait for ever. Returns what ends that.
 */
export function commitEmptyBatches(consumer: RunnableConsumer): () => void {
  if (consumer.commitOffsets === undefined) return () => {}
  return consumer.on('consumer.end_batch_process', ({ payload }: KafkaEvent) => {
    const { topic, partition, batchSize, lastOffset } = payload
    if (batchSize !== 0) return
    const offset = String(BigInt(lastOffset) + 1n)
    // What fails is committed with the next record.
    consumer.commitOffsets?.([{ topic, partition, offset }]).catch(() => {})
  })
}
