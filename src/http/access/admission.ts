import type { Context, Middleware } from 'koa'
import type { Clock } from '../../model/ports.ts'
import type { WebAccess } from '../../model/web-access.ts'
import { HttpFault } from '../faults.ts'
import { hashThread } from './hash-thread.ts'
import { PasswordCheck } from './password-check.ts'
import { rateLimiter } from './rate-limit.ts'

/** Sets the configured headers, then lets through whoever may ask: every address alike. */
export function admission(access: () => WebAccess, now: Clock): Middleware {
  const admit = rateLimiter(now)
  const passwords = new PasswordCheck(hashThread())
  return async (ctx, next) => {
    const { headers, rateLimit, users } = access()
    for (const [name, value] of Object.entries(headers)) ctx.set(name, value)
    if (!admit(rateLimit)) {
      throw new HttpFault(429, 'TOO_MANY_REQUESTS', 'more requests than rate_limit allows')
    }
    if (users.size > 0) await authenticate(ctx, users, passwords)
    return next()
  }
}

async function authenticate(
  ctx: Context,
  users: ReadonlyMap<string, string>,
  passwords: PasswordCheck,
): Promise<void> {
  const given = credentialsOf(ctx.get('Authorization'))
  const isRight = given !== null && (await passwords.isRight(users, given.user, given.password))
  if (isRight === true) return
  if (isRight === null) {
    ctx.set('Retry-After', '1')
    throw new HttpFault(503, 'BUSY', 'too many passwords are being checked')
  }
  ctx.set('WWW-Authenticate', 'Basic realm="kafka-health-exporter", charset="UTF-8"')
  throw new HttpFault(401, 'UNAUTHORIZED', 'a user and a password are needed')
}

/** https://www.rfc-editor.org/rfc/rfc7617 */
function credentialsOf(header: string): { readonly user: string; readonly password: string } | null {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header)?.[1]
  if (encoded === undefined) return null
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const split = pair.indexOf(':')
  return split < 0 ? null : { user: pair.slice(0, split), password: pair.slice(split + 1) }
}
