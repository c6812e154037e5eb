import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'

/**
 * Writes a body to a response at the pace of its reader and ends it. Each chunk is released when the socket is done
 * with it. Rejects when the body fails or the signal aborts; the body is destroyed then, the response is not.
 */
export async function sendChunks(
  body: AsyncIterable<Buffer>,
  response: ServerResponse,
  signal: AbortSignal,
  release: (chunk: Buffer) => void = () => {},
): Promise<void> {
  for await (const chunk of body) {
    const isFlowing = response.write(chunk, () => release(chunk))
    if (!isFlowing) await once(response, 'drain', { signal })
    signal.throwIfAborted()
  }
  response.end()
  await finished(response, { signal })
}
