import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Estate } from '../model/ports.ts'

/** Liveness never depends on Kafka; readiness waits for the first poll of every cluster, whatever it found. */
export function addHealthRoutes(router: Router, estate: Estate): void {
  // /healthz is where kafka_exporter answers.
  router.get(['/-/healthy', '/livez', '/healthz'], ctx => line(ctx, 200, 'healthy'))
  router.get(['/-/ready', '/readyz'], ctx => {
    const waiting = estate.clusters().filter(cluster => !cluster.polled())
    if (waiting.length === 0) return line(ctx, 200, 'ready')
    const names = waiting.map(cluster => cluster.name).filter(name => name !== null)
    return line(ctx, 503, `waiting for the first poll${names.length > 0 ? ` of ${names.join(', ')}` : ''}`)
  })
}

function line(ctx: Context, status: number, text: string): void {
  ctx.status = status
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = `${text}\n`
}
