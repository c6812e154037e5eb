import Router from '@koa/router'
import Koa from 'koa'
import { messageOf } from '../errors.ts'
import type { Clock, Estate, Log } from '../model/ports.ts'
import type { Reload } from '../model/reload.ts'
import type { WebAccess } from '../model/web-access.ts'
import { createWorkQueue } from '../model/work-queue.ts'
import { admission } from './access/admission.ts'
import { answerFaults } from './answer-faults.ts'
import { addApiRoutes } from './api-routes.ts'
import { addHealthRoutes } from './health-routes.ts'
import { addOpenapiRoute } from './openapi-route.ts'
import { SCRIPT } from './page/script.ts'
import { STYLE } from './page/style.ts'
import { addPageRoutes } from './page-routes.ts'
import { addReloadRoute } from './reload-route.ts'
import { SCRAPE_DEADLINE_MS, type Scrape, scrapeRoute } from './scrape-route.ts'
import { securityHeaders } from './security-headers.ts'

export interface HttpAppInputs {
  readonly estate: Estate
  readonly scrape: Scrape
  /** Absent where the configuration cannot be read anew. */
  readonly reload?: Reload
  /** Absent where everybody may ask. */
  readonly access?: () => WebAccess
  readonly log: Log
  /** Of the metrics, as in the configuration: /metrics. */
  readonly telemetryPath: string
  readonly version: string
  readonly now: Clock
  /** How long one scrape may take, however slowly it is read. */
  readonly scrapeDeadlineMs?: number
}

/** Everything that the exporter answers over HTTP. It reads snapshots and never talks to Kafka. */
export function createHttpApp(inputs: HttpAppInputs): Koa {
  const {
    estate,
    scrape,
    reload,
    log,
    telemetryPath,
    version,
    now,
    scrapeDeadlineMs = SCRAPE_DEADLINE_MS,
  } = inputs
  const router = new Router()
  const run = createWorkQueue()
  router.get(exactly(telemetryPath), scrapeRoute(scrape, log, scrapeDeadlineMs))
  addHealthRoutes(router, estate)
  addOpenapiRoute(router, { version, telemetryPath })
  if (reload !== undefined) addReloadRoute(router, reload, inputs.access)
  addApiRoutes(router, { estate, version, now, run })
  addPageRoutes(router, { estate, version, telemetryPath, now, run })

  const app = new Koa()
  app.use(securityHeaders({ script: SCRIPT, style: STYLE }))
  app.use(answerFaults(log))
  if (inputs.access !== undefined) app.use(admission(inputs.access, now))
  app.use(router.routes())
  app.use(router.allowedMethods())
  // What reaches this is a connection that broke while an answer was written.
  app.on('error', (error: unknown) => log.debug({ err: error }, `answer not completed: ${messageOf(error)}`))
  return app
}

/** The path is the user's: its characters have no meaning to the router. */
function exactly(path: string): RegExp {
  return new RegExp(`^${path.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`)
}
