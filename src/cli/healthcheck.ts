import { messageOf } from '../errors.ts'
import type { CliIo } from './cli-io.ts'
import { fetchFailure } from './fetch-failure.ts'

export const LISTEN_ADDRESS = 'KAFKA_HEALTH_EXPORTER_WEB_LISTEN_ADDRESS'
const DEFAULT_PORT = '9308'

/** The exporter of the same container, at the port that its environment gives it. */
export function defaultHealthUrl(env: Readonly<Record<string, string | undefined>>): string {
  const port = /:(\d+)$/.exec(env[LISTEN_ADDRESS] ?? '')?.[1] ?? DEFAULT_PORT
  return `http://127.0.0.1:${port}/-/healthy`
}

/** `host:port` is enough, and an address without a path means the health of what listens there. */
function healthUrlOf(address: string): string {
  const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`)
  if (url.username !== '' || url.password !== '') {
    throw new Error('got a user and a password in the address, expected none: health needs no credentials')
  }
  if (url.pathname === '/') url.pathname = '/-/healthy'
  return url.href
}

const DEADLINE_MS = 3_000

/** For the image's HEALTHCHECK: exit code 0 when the address answers with a status of success in time, 1 otherwise. */
export async function runHealthcheck(
  address: string,
  io: Pick<CliIo, 'stdout' | 'stderr' | 'fetch' | 'signal'>,
): Promise<number> {
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(DEADLINE_MS)])
  let url = address.replace(/[^/]*@/, '')
  try {
    url = healthUrlOf(address)
    const answer = await io.fetch(url, { signal, redirect: 'manual' })
    // Without reading or dropping it the connection would keep the process alive.
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    io.stdout.write(`healthy: ${url}\n`)
    return 0
  } catch (error) {
    io.stderr.write(`unhealthy: ${url}: ${fetchFailure(error, DEADLINE_MS) ?? messageOf(error)}\n`)
    return 1
  }
}
