import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Estate } from '../model/ports.ts'
import type { RunSteps } from '../model/work-queue.ts'
import { findGroup } from './find-group.ts'
import { renderGroupPage } from './page/group-page.ts'
import type { Base } from './page/links.ts'
import { renderOverview } from './page/overview.ts'
import { clustersOf, textOf } from './parameters.ts'

export interface PageRoutesInputs {
  readonly estate: Estate
  readonly version: string
  readonly telemetryPath: string
  readonly now: () => number
  readonly run: RunSteps
}

/** The status page and one page per group. */
export function addPageRoutes(
  router: Router,
  { estate, version, telemetryPath, now, run }: PageRoutesInputs,
): void {
  router.get('/', async ctx => {
    const query = new URLSearchParams(ctx.querystring)
    const clusters = clustersOf(estate, query)
    send(ctx, await run(renderOverview({ estate, clusters, query, version, telemetryPath, now: now() })))
  })
  const groupPage = async (ctx: Context, name: string, base: Base) => {
    const query = new URLSearchParams(ctx.querystring)
    const ref = findGroup(estate, name, query)
    send(ctx, await run(renderGroupPage({ ref, base, query, version, telemetryPath, now: now() })))
  }
  router.get('/groups/:group', ctx => groupPage(ctx, ctx.params.group as string, '../'))
  // For the names that no path can carry: '', '.' and '..'.
  router.get('/group', ctx => groupPage(ctx, textOf(new URLSearchParams(ctx.querystring), 'id'), ''))
}

function send(ctx: Context, page: string): void {
  ctx.type = 'text/html; charset=utf-8'
  ctx.body = page
}
