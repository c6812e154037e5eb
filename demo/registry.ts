import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface DemoRegistry {
  readonly url: string
  close(): Promise<void>
}

/** Id of the one schema that the registry of the demo has. */
export const SCHEMA_ID = 1

const SCHEMA = {
  type: 'object',
  properties: { id: { type: 'integer' }, userName: { type: 'string' }, amount: { type: 'number' } },
  required: ['id'],
}

const ANSWERS: Readonly<Record<string, object>> = {
  '/schemas/types': ['JSON'],
  [`/schemas/ids/${SCHEMA_ID}`]: { schemaType: 'JSON', schema: JSON.stringify(SCHEMA) },
}

/** As much of a Confluent-compatible schema registry as is asked of one, so that nothing has to be installed for it. */
export async function startRegistry(): Promise<DemoRegistry> {
  const server = createServer(({ url = '' }, response) => {
    const answer = ANSWERS[url.split('?', 1)[0] ?? '']
    response
      .writeHead(answer ? 200 : 404, { 'content-type': 'application/vnd.schemaregistry.v1+json' })
      .end(JSON.stringify(answer ?? { error_code: 40403, message: 'Schema not found' }))
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(closed => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
