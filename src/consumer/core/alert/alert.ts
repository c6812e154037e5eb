import { createHash } from 'node:crypto'

export type AlertSeverity = 'critical' | 'warning' | 'low'

/** What a service has to say to people. */
export interface Alert {
  /** What it is about, as an alert rule is called: `PaymentsLagHigh`. */
  readonly name: string
  readonly severity: AlertSeverity
  /** One sentence. It may change from one alert to the next and is no part of what makes them the same. */
  readonly summary: string
  readonly description?: string
  /** What it is about more closely: topic, partition, tenant. With name and severity they make alerts the same. */
  readonly labels?: Readonly<Record<string, string>>
}

/** An alert as a sink is given it. */
export interface SentAlert extends Alert {
  readonly labels: Readonly<Record<string, string>>
  /** The same for the same alerts in every process: 64 hexadecimal digits. */
  readonly fingerprint: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** How many of the same were held back since the last one that was sent, by all processes as far as they are known. */
  readonly suppressed: number
  /** For how long the same is held back from now on, in milliseconds. */
  readonly coolDownMs: number
}

/** `sent`: at least one sink has taken it; `failed`: none has. */
export type AlertOutcome = 'sent' | 'suppressed' | 'failed'

/** Where alerts go. */
export interface AlertSink {
  /** For logs: `slack`. */
  readonly name: string
  /** Resolves once it has been taken. `signal` is aborted at the deadline. */
  send(alert: SentAlert, signal: AbortSignal): Promise<void>
}

export function fingerprintOf({ name, severity, labels = {} }: Alert): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([name, severity, sorted]))
    .digest('hex')
}

/** As they are declared, whatever JavaScript hands over: a BigInt cannot be written as JSON. */
export function labelsOf({ labels }: Alert): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels ?? {}).map(([name, value]) => [name, String(value)]))
}
