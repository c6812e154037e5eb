import { ExporterError } from '../errors.ts'
import type { TlsFiles } from '../model/registry-access.ts'
import { CheckSignals } from './check-signals.ts'
import { httpRequests } from './http-requests.ts'
import { type ReadText, readCredentials } from './request-credentials.ts'
import type { Probe } from './watched-dependency.ts'

const OF_SERVER = { peer: 'the server', accept: '*/*', largestAnswerBytes: 1024 * 1024 }

export interface HttpTarget {
  /** http://user:password@host:port/path?query, or https. */
  readonly url: string
  readonly tls: TlsFiles
  readonly timeoutMs: number
}

/**
 * GETs a page over a connection that is kept, and wants a status of 200 to 299 with a whole answer of at most 1 MiB,
 * whose content does not count.
 */
export function httpProbe({ url, tls, timeoutMs }: HttpTarget, read: ReadText): Probe {
  const requests = httpRequests(OF_SERVER)
  const signals = new CheckSignals()
  const page = new URL(url)
  return {
    check() {
      return signals.within(timeoutMs, async signal => {
        const sentAt = performance.now()
        const { status } = await requests.get(page, readCredentials({ login: null, tls }, read), signal)
        if (status < 200 || status > 299) throw toStatusFailure(status)
        return performance.now() - sentAt
      })
    },
    async close() {
      signals.close()
      requests.close()
    },
  }
}

/** The server's own words stay out. */
function toStatusFailure(status: number): ExporterError {
  const options = { canRetry: true }
  if (status === 401 || status === 403) {
    const text = `the server refused our credentials, or wants some (HTTP ${status})`
    return new ExporterError('AUTHENTICATION_FAILED', text, options)
  }
  const isElsewhere = status >= 300 && status < 400
  const elsewhere = isElsewhere ? ', and no redirection is followed' : ''
  return new ExporterError('HTTP_ERROR', `the server answered HTTP ${status}${elsewhere}`, options)
}
