import type Router from '@koa/router'

/** The description of every route. It does not change while the program runs. */
export function addOpenapiRoute(
  router: Router,
  inputs: { readonly version: string; readonly telemetryPath: string },
): void {
  let json: string | undefined
  router.get('/api/v1/openapi.json', async ctx => {
    // Seldom asked for, and much to have in memory.
    const { openapiDocument } = await import('./openapi/document.ts')
    json ??= JSON.stringify(openapiDocument(inputs))
    ctx.type = 'json'
    ctx.body = json
  })
}
