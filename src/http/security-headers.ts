import { createHash } from 'node:crypto'
import type { Middleware } from 'koa'

/** The only inline script and style that a browser may run or apply, whatever a group name smuggles in. */
export function securityHeaders(inline: { readonly script: string; readonly style: string }): Middleware {
  const policy = [
    "default-src 'none'",
    `script-src '${sourceHash(inline.script)}'`,
    `style-src '${sourceHash(inline.style)}'`,
    'img-src data:',
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return (ctx, next) => {
    ctx.set('Content-Security-Policy', policy)
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.set('Referrer-Policy', 'no-referrer')
    ctx.set('Cache-Control', 'no-store')
    return next()
  }
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
