import { messageOf } from '../errors.ts'
import { MAX_RESPONSE_BYTES } from './broker-socket.ts'
import { secretOf } from './credentials/sasl-credential.ts'
import { type Circumstances, classifyClosed } from './failure-classification.ts'
import { classifySaslRefusal, type SaslAttempt } from './sasl-refusals.ts'
import { TransportError } from './transport.ts'

const CONNECTION_LOST =
  /^(.* failed: )?(Closed connection|Connection closed by the server|Not connected|Connection error: .*)$/

/** What kafkajs 2.2.4 throws while its socket is whole, by name and type; its own idea of "retriable" is not used. */
export function classifyKafkajsError(
  error: unknown,
  at: Circumstances,
  sasl: SaslAttempt | null,
): TransportError {
  if (error instanceof TransportError) return error
  const { name, type } = error as { readonly name?: unknown; readonly type?: unknown }
  const text = messageOf(error)
  const fail = (code: TransportError['code'], message: string, remedy?: string, canRetry = false) =>
    new TransportError(code, at.address, message, { canRetry, ...(remedy === undefined ? {} : { remedy }) })
  const mechanism = sasl?.mechanism ?? ''

  if (type === 'UNSUPPORTED_SASL_MECHANISM' || /mechanism is not supported by the server/.test(text)) {
    return fail(
      'SASL_MECHANISM_UNSUPPORTED',
      `the listener does not offer SASL ${mechanism}`,
      'Use a mechanism that the broker has in sasl.enabled.mechanisms.',
    )
  }
  if (type === 'ILLEGAL_SASL_STATE' && at.answered) {
    // What a broker answers to a re-authentication that came too late: connecting anew mends it.
    return fail('CONNECTION_FAILED', 're-authentication was refused (ILLEGAL_SASL_STATE)', undefined, true)
  }
  // A plaintext listener of Kafka refuses the handshake; what only speaks its protocol may not list it at all, and
  // nothing but SASL is sent through kafkajs's own table of requests.
  if (type === 'ILLEGAL_SASL_STATE' || name === 'KafkaJSServerDoesNotSupportApiKey') {
    return fail(
      'SASL_MECHANISM_UNSUPPORTED',
      'the listener has no SASL',
      'Use the port of a SASL listener, or remove the SASL settings.',
    )
  }
  // kafkajs calls it an authentication failure as well when the connection went away meanwhile.
  if (CONNECTION_LOST.test(text)) return classifyClosed(at)
  if (name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED') {
    const said = text.replace(/^.*? failed: /, '')
    const isSafe = sasl === null || !said.includes(secretOf(sasl.credential))
    return classifySaslRefusal(at, sasl, isSafe ? said : null)
  }
  if (type === 'UNSUPPORTED_VERSION' || text === 'API Versions not supported') {
    return fail(
      'VERSION_UNSUPPORTED',
      'the broker answers no ApiVersions request',
      'Kafka 0.10 or newer is needed.',
    )
  }
  if (name === 'KafkaJSProtocolError') return fail('CONNECTION_FAILED', text, undefined, true)
  if (error instanceof RangeError || error instanceof TypeError) {
    return malformed(at, `an answer cannot be decoded: ${text}`)
  }
  return new TransportError('INTERNAL', at.address, text, { cause: error })
}

export function malformed(at: Circumstances, message: string): TransportError {
  return new TransportError('MALFORMED_RESPONSE', at.address, message, {
    canRetry: true,
    ...(at.answered
      ? {}
      : { remedy: 'Check that the port belongs to Kafka, and whether it is a TLS listener.' }),
  })
}

/** An answer of so many bytes was announced. A TLS alert begins with 0x15 0x03. */
export function oversized(announced: number, at: Circumstances): TransportError {
  if (announced >>> 16 !== 0x1503)
    return malformed(at, `an answer of ${announced} bytes is announced, more than ${MAX_RESPONSE_BYTES}`)
  return new TransportError(
    'TLS_PORT',
    at.address,
    'the port answers with a TLS alert: it is a TLS listener',
    {
      remedy: 'Switch TLS on, or use the port of a plaintext listener.',
    },
  )
}
