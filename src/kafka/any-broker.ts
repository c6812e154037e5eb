import type { FailureCode } from '../errors.ts'
import { TransportError } from './transport.ts'

/** The more telling of several failures comes first: what the operator must change, before what may pass by itself. */
const TELLING: Readonly<Record<FailureCode, number>> = {
  INTERNAL: 0,
  CREDENTIALS_UNAVAILABLE: 1,
  SASL_AUTHENTICATION_FAILED: 2,
  SASL_USER_UNKNOWN: 3,
  SASL_TOKEN_EXPIRED: 4,
  SASL_TOKEN_REFUSED: 5,
  SASL_MECHANISM_UNSUPPORTED: 6,
  TLS_UNTRUSTED: 7,
  TLS_HOST_MISMATCH: 8,
  TLS_EXPIRED: 9,
  TLS_CLIENT_CERTIFICATE: 10,
  PLAINTEXT_PORT: 11,
  TLS_PORT: 12,
  TLS_FAILED: 13,
  CREDENTIALS_STALE: 14,
  VERSION_UNSUPPORTED: 15,
  MALFORMED_RESPONSE: 16,
  HOST_NOT_FOUND: 17,
  CONNECTION_REFUSED: 18,
  CONNECTION_FAILED: 19,
  CONNECTION_CLOSED: 20,
  TIMEOUT: 21,
  UNKNOWN_BROKER: 22,
  BACKING_OFF: 23,
  CLOSED: 24,
}

/** Negative when `a` tells more than `b`. Two pauses are compared by the failures that led to them. */
export function compareTelling(a: TransportError, b: TransportError): number {
  const difference = TELLING[a.code] - TELLING[b.code]
  if (difference !== 0) return difference
  if (a.cause instanceof TransportError && b.cause instanceof TransportError) {
    return compareTelling(a.cause, b.cause)
  }
  return 0
}

export interface AskAnyOptions {
  /** After this long without an answer the next candidate is asked too. */
  readonly hedgeMs: number
  /** Bound of the whole call. */
  readonly deadlineMs: number
}

/**
 * The first answer of any candidate. Candidates are asked in order: the next one as soon as all before it failed, or
 * when they are slow. Fails with the most telling failure of those that were asked.
 */
export function askAny<Candidate extends { readonly address: string }, Answer>(
  candidates: readonly Candidate[],
  ask: (candidate: Candidate) => Promise<Answer>,
  { hedgeMs, deadlineMs }: AskAnyOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const failures: TransportError[] = []
    let next = 0
    let asking = 0
    let hedge: NodeJS.Timeout | undefined
    const silent = () =>
      new TransportError(
        'TIMEOUT',
        candidates.map(c => c.address).join(','),
        `no answer within ${deadlineMs} ms`,
        {
          canRetry: true,
        },
      )
    const settle = (deliver: () => void) => {
      clearTimeout(hedge)
      clearTimeout(deadline)
      next = candidates.length
      deliver()
    }
    const giveUp = () => settle(() => reject(failures.sort(compareTelling)[0] ?? silent()))
    const deadline = setTimeout(giveUp, deadlineMs)
    const askNext = () => {
      clearTimeout(hedge)
      const candidate = candidates[next]
      if (candidate === undefined) {
        if (asking === 0) giveUp()
        return
      }
      next += 1
      asking += 1
      if (next < candidates.length) hedge = setTimeout(askNext, hedgeMs)
      ask(candidate).then(
        answer => settle(() => resolve(answer)),
        failure => {
          asking -= 1
          failures.push(failure)
          askNext()
        },
      )
    }
    askNext()
  })
}
