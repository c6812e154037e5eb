import { type ReadFile, readTextFile } from '../config/read-file.ts'
import { readWebConfig } from '../config/web/read-web-config.ts'
import { messageOf } from '../errors.ts'
import type { CliIo } from './cli-io.ts'
import { fetchFailure } from './fetch-failure.ts'
import { ClosedAfterHandshake } from './secure-fetch.ts'

export const LISTEN_ADDRESS = 'KAFKA_HEALTH_EXPORTER_WEB_LISTEN_ADDRESS'
const DEFAULT_PORT = '9308'

export const WEB_CONFIG_FILE = 'KAFKA_HEALTH_EXPORTER_WEB_CONFIG_FILE'
/** Where the environment says nothing else. */
export const DEFAULT_HEALTH_URL = `http://127.0.0.1:${DEFAULT_PORT}/-/healthy`

/** The exporter of the same container, at the port and with the certificates that its environment gives it. */
export function defaultHealthUrl(
  env: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile = readTextFile,
): string {
  const port = /:(\d+)$/.exec(env[LISTEN_ADDRESS] ?? '')?.[1] ?? DEFAULT_PORT
  return `${servesTls(env[WEB_CONFIG_FILE], readFile) ? 'https' : 'http'}://127.0.0.1:${port}/-/healthy`
}

function servesTls(webConfigFile: string | undefined, readFile: ReadFile): boolean {
  if (webConfigFile === undefined || webConfigFile === '') return false
  try {
    return readWebConfig(webConfigFile, readFile).tls !== null
  } catch {
    // The exporter goes on with the last good one, which had certificates more likely than not.
    return true
  }
}

/** `host:port` is enough, and an address without a path means the health of what listens there. */
function healthUrlOf(address: string): string {
  // A slash within a password makes a path of the rest, and a host of the user.
  if (address.includes('@')) {
    throw new Error(
      'got a user and a password in the address, expected --url.username and --url.password-file instead',
    )
  }
  const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`)
  if (url.pathname === '/') url.pathname = '/-/healthy'
  return url.href
}

const DEADLINE_MS = 3_000
/** 401 for want of a password, 429 by `rate_limit`. */
const SIGNS_OF_LIFE: ReadonlySet<number> = new Set([401, 429])
const CREDENTIALS = 'it asks for another --url.username and --url.password-file'

/**
 * For the image's HEALTHCHECK: exit code 0 when the address answers with a status of success in time, 1 otherwise.
 *
 * @param isOwn the exporter of the same container: that it asks for a password or a certificate, or less often, is a
 * sign of life, too
 */
export async function runHealthcheck(
  address: string,
  io: Pick<CliIo, 'stdout' | 'stderr' | 'fetch' | 'signal'>,
  isOwn = false,
): Promise<number> {
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(DEADLINE_MS)])
  let url = address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1')
  try {
    url = healthUrlOf(address)
    const answer = await io.fetch(url, { signal, redirect: 'manual' })
    // Without reading or dropping it the connection would keep the process alive.
    await answer.body?.cancel()
    if (!answer.ok && !(isOwn && SIGNS_OF_LIFE.has(answer.status))) {
      throw new Error(`status ${answer.status}${answer.status === 401 ? `: ${CREDENTIALS}` : ''}`)
    }
    io.stdout.write(`healthy: ${url}\n`)
    return 0
  } catch (error) {
    // Nobody but its event loop has shaken hands and then refused a client without a certificate.
    if (isOwn && error instanceof Error && error.cause instanceof ClosedAfterHandshake) {
      io.stdout.write(`healthy: ${url}\n`)
      return 0
    }
    io.stderr.write(`unhealthy: ${url}: ${fetchFailure(error, DEADLINE_MS) ?? messageOf(error)}\n`)
    return 1
  }
}
