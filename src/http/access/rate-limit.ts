import type { Clock } from '../../model/ports.ts'
import type { WebAccess } from '../../model/web-access.ts'

/** Whether one more request may be answered now. */
export type Admit = (limit: WebAccess['rateLimit']) => boolean

/** `burst` requests at once, and one more for each interval that has passed. */
export function rateLimiter(now: Clock): Admit {
  let inForce: WebAccess['rateLimit'] = null
  let tokens = 0
  let at = 0
  return limit => {
    if (limit === null) return true
    if (inForce?.burst !== limit.burst || inForce.intervalMs !== limit.intervalMs) {
      inForce = limit
      tokens = limit.burst
      at = now()
    }
    const elapsed = Math.max(0, now() - at)
    at = now()
    tokens = Math.min(limit.burst, tokens + elapsed / limit.intervalMs)
    if (tokens < 1) return false
    tokens--
    return true
  }
}
