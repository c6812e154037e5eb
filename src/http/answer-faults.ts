import { STATUS_CODES } from 'node:http'
import type { Context, Middleware, Next } from 'koa'
import { messageOf } from '../errors.ts'
import type { Log } from '../model/ports.ts'
import { type ApiError, HttpFault, type HttpFaultCode } from './faults.ts'
import { RELOAD_PATH } from './reload-route.ts'

/** Longer ones are refused: a group name of 2,000 characters, each percent-encoded to three, still fits. */
const MAX_URL_LENGTH = 8_192

/**
 * Turns whatever is thrown below it, and every unanswered request, into an answer: JSON under /api and of a reload, one plain line
 * elsewhere. Only an HttpFault's own words reach the client; the rest goes to the log.
 */
export function answerFaults(log: Log): Middleware {
  return async (ctx: Context, next: Next) => {
    try {
      refuseMalformed(ctx)
      await next()
      if (ctx.respond !== false && ctx.status >= 400 && ctx.body == null) answer(ctx, faultOfStatus(ctx))
    } catch (error) {
      if (!(error instanceof HttpFault)) {
        log.error({ err: error, method: ctx.method, url: ctx.url }, `request failed: ${messageOf(error)}`)
      }
      answer(ctx, error instanceof HttpFault ? error : new HttpFault(500, 'INTERNAL', 'internal error'))
    }
  }
}

function refuseMalformed(ctx: Context): void {
  if (ctx.url.length > MAX_URL_LENGTH) {
    throw new HttpFault(414, 'URL_TOO_LONG', `the URL is longer than ${MAX_URL_LENGTH} characters`)
  }
  try {
    decodeURIComponent(ctx.path)
  } catch {
    throw new HttpFault(400, 'BAD_PATH', 'the path is not valid percent-encoded UTF-8')
  }
}

function faultOfStatus(ctx: Context): HttpFault {
  const code: HttpFaultCode = ctx.status === 404 ? 'NOT_FOUND' : 'METHOD_NOT_ALLOWED'
  const message =
    ctx.status === 404 ? `nothing is here: ${ctx.path}` : `${ctx.method} is not possible here: ${ctx.path}`
  return new HttpFault(ctx.status, code, message)
}

function isReload({ url }: Context): boolean {
  return url === RELOAD_PATH || url.startsWith(`${RELOAD_PATH}?`)
}

function answer(ctx: Context, fault: HttpFault): void {
  ctx.status = fault.status
  // Not of `ctx.path`, which throws where the URL cannot be parsed.
  if (ctx.url.startsWith('/api/') || isReload(ctx)) {
    ctx.body = { error: { code: fault.code, message: fault.message } } satisfies ApiError
    return
  }
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = `${fault.status} ${STATUS_CODES[fault.status]}: ${fault.message}\n`
}
