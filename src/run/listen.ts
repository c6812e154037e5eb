import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebSettings } from '../config/settings.ts'
import { codeOf, ExporterError, messageOf } from '../errors.ts'
import type { Log } from '../model/ports.ts'

/** Resolves to the URL that the server answers at; rejects with LISTEN_FAILED. */
export async function listen(
  server: Server,
  address: WebSettings['listenAddress'],
  scheme: 'http' | 'https',
  log: Log,
): Promise<string> {
  const { host, port } = address
  const shown = `${host ?? ''}:${port}`
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      reject(
        new ExporterError(
          'LISTEN_FAILED',
          `--web.listen-address: cannot listen on ${shown}: ${messageOf(cause)}`,
          { cause },
        ),
      )
    })
    if (host === null) server.listen(port, resolve)
    else server.listen(port, host, resolve)
  })
  // Out of descriptors or buffers for one more connection: no reason to end.
  server.on('error', error => log.error({ code: codeOf(error) }, `HTTP server: ${messageOf(error)}`))
  const bound = server.address() as AddressInfo
  const name = host ?? 'localhost'
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${bound.port}`
}
