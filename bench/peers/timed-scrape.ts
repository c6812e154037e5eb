import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'

export interface TimedScrape {
  /** From asking to the first byte of the body, and to the last. */
  readonly firstByteMs: number
  readonly wholeMs: number
  readonly bytes: number
  readonly series: number
  readonly page: string
}

/** It did not end in time, or badly. */
export class ScrapeFailure extends Error {}

/** One scrape, plain text, on a connection of its own. What it read is looked at after the clock was read. */
export async function timedScrape(url: string, timeoutMs: number): Promise<TimedScrape> {
  const signal = AbortSignal.timeout(timeoutMs)
  const start = performance.now()
  const chunks: Buffer[] = []
  let firstByteMs = Number.NaN
  try {
    const asked = request(url, { agent: false, signal, headers: { accept: 'text/plain' } })
    asked.end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (chunks.length === 0) firstByteMs = performance.now() - start
      chunks.push(chunk)
    }
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
  } catch (cause) {
    const ms = performance.now() - start
    throw new ScrapeFailure(`${url} gave no page after ${ms.toFixed(0)} ms: ${cause}`, { cause })
  }
  const wholeMs = performance.now() - start
  const body = Buffer.concat(chunks)
  return { firstByteMs, wholeMs, bytes: body.length, series: seriesIn(body), page: body.toString('latin1') }
}

const HASH = 0x23
const NEWLINE = 0x0a

function seriesIn(body: Buffer): number {
  let series = 0
  for (let at = 0; at < body.length; ) {
    if (body[at] !== HASH && body[at] !== NEWLINE) series++
    const end = body.indexOf(NEWLINE, at)
    at = end < 0 ? body.length : end + 1
  }
  return series
}
