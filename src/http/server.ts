import { createServer, type Server } from 'node:http'
import type Koa from 'koa'

/** Deadlines and bounds of what any client may hold open, in milliseconds. */
const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
/** Longer than the usual scrape interval, so that scrapers keep their connection. */
const KEEP_ALIVE_MS = 75_000
/** A connection on which nothing moves, e.g. a scraper that stopped reading its answer. */
const IDLE_MS = 90_000
const MAX_CONNECTIONS = 1_024

/** The server, not yet listening. */
export function createHttpServer(app: Koa): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16_384,
    },
    app.callback(),
  )
  server.setTimeout(IDLE_MS)
  server.maxConnections = MAX_CONNECTIONS
  return server
}
