import type { Health } from '../core/health.ts'
import { type HttpProbe, httpProbes, type ProbePaths } from '../core/http-probes.ts'

/** Koa's context, as far as a probe needs it. */
export interface ProbeContext {
  readonly method: string
  readonly path: string
  status: number
  body: unknown
  set(headers: { [name: string]: string }): void
}

/** `@koa/router`, as far as probes need it. */
export interface ProbeRouter {
  get(path: string, handler: (context: ProbeContext) => Promise<void>): unknown
}

/** Koa middleware that answers GET and HEAD of the probes' paths and hands on everything else. */
export function koaProbes(
  health: Health,
  paths: ProbePaths = {},
): (context: ProbeContext, next: () => Promise<unknown>) => Promise<void> {
  const probes = httpProbes(health, paths)
  return async (context, next) => {
    const probe = context.method === 'GET' || context.method === 'HEAD' ? probes.get(context.path) : undefined
    if (probe === undefined) await next()
    else await tell(context, probe)
  }
}

/** Routes of the probes on a router of `@koa/router`; its prefix stands before the paths. */
export function addProbeRoutes(router: ProbeRouter, health: Health, paths: ProbePaths = {}): void {
  for (const [path, probe] of httpProbes(health, paths)) router.get(path, context => tell(context, probe))
}

async function tell(context: ProbeContext, probe: HttpProbe): Promise<void> {
  const { status, headers, body } = await probe()
  context.status = status
  context.set({ ...headers })
  context.body = body
}
