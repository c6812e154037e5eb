import { messageOf } from '../errors.ts'
import type { CliIo } from './cli-io.ts'
import { fetchFailure } from './fetch-failure.ts'

export const DEFAULT_HEALTH_URL = 'http://127.0.0.1:9308/-/healthy'

const DEADLINE_MS = 3_000

/** For the image's HEALTHCHECK: exit code 0 when the address answers with a status of success in time, 1 otherwise. */
export async function runHealthcheck(
  url: string,
  io: Pick<CliIo, 'stdout' | 'stderr' | 'fetch' | 'signal'>,
): Promise<number> {
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(DEADLINE_MS)])
  try {
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
