import type Router from '@koa/router'
import { openapiDocument } from './openapi/document.ts'

/** The description of every route. It does not change while the program runs. */
export function addOpenapiRoute(
  router: Router,
  inputs: { readonly version: string; readonly telemetryPath: string },
): void {
  const json = JSON.stringify(openapiDocument(inputs))
  router.get('/api/v1/openapi.json', ctx => {
    ctx.type = 'json'
    ctx.body = json
  })
}
