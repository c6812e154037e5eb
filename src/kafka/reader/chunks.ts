import type { Clock } from '../../model/ports.ts'
import { type Failure, refused } from './answer.ts'

/**
 * Cuts a list into runs whose weights sum up to `limit` at most, in order; one item alone may weigh more. No run is
 * longer than `maxItems`.
 */
export function chunksByWeight<Item>(
  items: readonly Item[],
  weightOf: (item: Item) => number,
  limit: number,
  maxItems = Number.POSITIVE_INFINITY,
): Item[][] {
  const chunks: Item[][] = []
  let chunk: Item[] = []
  let weight = 0
  for (const item of items) {
    const own = weightOf(item)
    if (chunk.length > 0 && (weight + own > limit || chunk.length >= maxItems)) {
      chunks.push(chunk)
      chunk = []
      weight = 0
    }
    chunk.push(item)
    weight += own
  }
  if (chunk.length > 0) chunks.push(chunk)
  return chunks
}

/** Runs of equal length, the last one excepted. */
export function chunksOfRows(rows: Int32Array, size: number): Int32Array[] {
  const chunks: Int32Array[] = []
  for (let from = 0; from < rows.length; from += size) chunks.push(rows.subarray(from, from + size))
  return chunks
}

export interface Pace {
  readonly clock: Clock
  /** After this long no further chunk is begun, so that a slow broker holds up a stage for two deadlines at most. */
  readonly budgetMs: number
  /** How many are under way at once: the next is with the broker while we read the last. */
  readonly concurrency: number
}

/** Does every chunk in order, or tells why it was not begun. */
export async function forEachChunk<Chunk>(
  chunks: readonly Chunk[],
  { clock, budgetMs, concurrency }: Pace,
  act: (chunk: Chunk) => Promise<void>,
  skip: (chunk: Chunk, failure: Failure) => void,
): Promise<void> {
  const began = clock()
  let next = 0
  const lane = async () => {
    while (next < chunks.length) {
      const chunk = chunks[next++] as Chunk
      if (clock() - began <= budgetMs) await act(chunk)
      else
        skip(chunk, refused('TIMEOUT', `too slow: ${budgetMs} ms were up before all could be asked`).failure)
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, chunks.length) }, lane))
}
