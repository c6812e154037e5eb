import type Router from '@koa/router'
import type { Reload } from '../model/reload.ts'
import type { WebAccess } from '../model/web-access.ts'
import { HttpFault } from './faults.ts'

/** Where a reload is asked for; answered in JSON, faults too. */
export const RELOAD_PATH = '/-/reload'

/**
 * POST and PUT: the configuration is read anew, from where it was read at start.
 *
 * @param access what holds for whoever asks; without it everybody may ask
 */
export function addReloadRoute(router: Router, reload: Reload, access?: () => WebAccess): void {
  router.register(RELOAD_PATH, ['POST', 'PUT'], async ctx => {
    // A page of another site can make a browser send a POST, but not without this header.
    const site = ctx.get('Sec-Fetch-Site')
    if (site !== '' && site !== 'same-origin' && site !== 'none') {
      throw new HttpFault(403, 'CROSS_SITE', 'a page of another site asks for a reload')
    }
    const outcome = await reload(RELOAD_PATH)
    if (outcome.isApplied) {
      ctx.body = outcome.changes
      return
    }
    const isAuthenticated = access !== undefined && keepsStrangersOut(access())
    const faults = outcome.faults.map(fault => (isAuthenticated ? fault : { ...fault, problem: UNTOLD }))
    ctx.status = 400
    ctx.body = { error: { code: 'CONFIG_INVALID', message: messageOf(faults.length), faults } }
  })
}

/** Faults quote what was found, and files hold what is nobody's business. */
const UNTOLD = 'see the log: it is told to nobody without a password or a verified certificate'

function keepsStrangersOut({ users, tls }: WebAccess): boolean {
  return users.size > 0 || tls?.clientAuth === 'RequireAndVerifyClientCert'
}

function messageOf(faults: number): string {
  const what = faults === 1 ? 'one fault' : `${faults} faults`
  return `the configuration has ${what}; the one before stays in force`
}
