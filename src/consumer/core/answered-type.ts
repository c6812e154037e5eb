/** Kafka's name of the error that a broker answered; null where none has. KafkaJS wraps it in errors of its own. */
export function answeredType(error: unknown): string | null {
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    const { type } = e as { type?: unknown }
    if (e.name === 'KafkaJSProtocolError' && typeof type === 'string') return type
  }
  return null
}
