import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { Context } from 'koa'
import { messageOf } from '../errors.ts'
import type { Log } from '../model/ports.ts'
import { sendChunks } from './send-chunks.ts'

/** Renders one generation of all metrics; the exposition behind this port shares it among its scrapers. */
export type Scrape = (request: ScrapeRequest) => Promise<ScrapeAnswer> | ScrapeAnswer

export interface ScrapeRequest {
  /** `name[]` of the query: the only families wanted; undefined = all. */
  readonly names: ReadonlySet<string> | undefined
  readonly gzip: boolean
  /** Aborted when the scraper has gone, or has taken too long. */
  readonly signal: AbortSignal
}

export interface ScrapeAnswer {
  readonly contentType: string
  /** Of the body. */
  readonly contentEncoding: 'gzip' | null
  /** Of chunks. */
  readonly body: Readable
  /** Called with each chunk that the socket is done with. */
  readonly release?: (chunk: Buffer) => void
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Longer than any sensible `scrape_timeout`. An answer keeps the snapshots that it is about alive: who reads a byte a
 * minute, and so is never idle, must not keep those of hours ago.
 */
export const SCRAPE_DEADLINE_MS = 120_000

/** Answers GET and HEAD of the telemetry path. */
export function scrapeRoute(scrape: Scrape, log: Log, deadlineMs: number): (ctx: Context) => Promise<void> {
  return async ctx => {
    const gzip = ctx.acceptsEncodings('gzip', 'identity') === 'gzip'
    ctx.status = 200
    ctx.set('Content-Type', TEXT_FORMAT)
    ctx.vary('Accept-Encoding')
    if (gzip) ctx.set('Content-Encoding', 'gzip')
    // The length is known only once everything is rendered, which nobody who asks for the head wants to pay.
    if (ctx.method === 'HEAD') return

    const gone = new AbortController()
    const abort = () => gone.abort()
    ctx.res.once('close', abort)
    const deadline = setTimeout(abort, deadlineMs)
    try {
      const names = new URLSearchParams(ctx.querystring).getAll('name[]')
      const answer = await scrape({
        names: names.length === 0 ? undefined : new Set(names),
        gzip,
        signal: gone.signal,
      })
      if (gone.signal.aborted) {
        answer.body.destroy()
        return
      }
      ctx.set('Content-Type', answer.contentType)
      if (answer.contentEncoding === null) ctx.remove('Content-Encoding')
      // Not given to koa: when a body fails half-way it leaves the answer open for ever; here the connection breaks,
      // so that no scraper takes the half for the whole.
      await firstChunk(answer.body, gone.signal)
      ctx.respond = false
      await sendChunks(answer.body, ctx.res, gone.signal, answer.release)
    } catch (error) {
      if (gone.signal.aborted || ctx.res.headersSent) {
        log.debug({ err: error }, `scrape not completed: ${messageOf(error)}`)
        ctx.respond = false
        ctx.res.destroy()
        return
      }
      ctx.remove('Content-Encoding')
      throw error
    } finally {
      clearTimeout(deadline)
      ctx.res.off('close', abort)
    }
  }
}

/** Until then a failure can still be answered with its proper status. */
async function firstChunk(body: Readable, signal: AbortSignal): Promise<void> {
  if (body.readableLength > 0 || body.readableEnded) return
  await once(body, 'readable', { signal })
}
