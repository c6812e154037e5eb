import type { AlertSink, SentAlert } from '../core/alert/alert.ts'
import { MILLISECONDS_OR_0, optional, text, texts } from '../core/options/option-kinds.ts'
import type { RulesOf } from '../core/options/option-rule.ts'
import { proveOptions } from '../core/options/prove-options.ts'
import { ADDRESS, postJson } from './post-json.ts'

export interface AlertmanagerSinkOptions {
  /** Of Alertmanager, as `--web.external-url` has it: `http://alertmanager:9093`. One sink for each of several. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** On every alert, for its routes; those of the alert count before. */
  readonly labels?: Readonly<Record<string, string>>
  /** How long an alert stays firing beyond its cool-down, within which the next may come, in milliseconds: 60,000. */
  readonly lingerMs?: number
  /** For logs: `alertmanager`. */
  readonly name?: string
}

const OPTIONS: RulesOf<AlertmanagerSinkOptions> = {
  url: ADDRESS,
  headers: optional(texts('an object of texts')),
  labels: optional(texts('an object of texts')),
  lingerMs: optional(MILLISECONDS_OR_0),
  name: optional(text('a name')),
}

/**
 * Posts each alert to Alertmanager's API v2 (`/api/v2/alerts`). It resolves by itself once the cool-down and `lingerMs`
 * have passed without another. Letters that a label's name must not have become `_`.
 *
 * Throws a TypeError that names all faults of the options.
 */
export function alertmanagerSink(options: AlertmanagerSinkOptions): AlertSink {
  proveOptions('alertmanagerSink', options, OPTIONS)
  const { url, headers = {}, labels = {}, lingerMs = 60_000, name = 'alertmanager' } = options
  const address = `${url.replace(/\/+$/, '')}/api/v2/alerts`
  const toPosted = (alert: SentAlert) => ({
    labels: {
      ...named({ ...labels, ...alert.labels }),
      alertname: alert.name,
      severity: alert.severity,
    },
    annotations: {
      summary: alert.summary,
      ...(alert.description !== undefined && { description: alert.description }),
      ...(alert.suppressed > 0 && { suppressed: String(alert.suppressed) }),
    },
    startsAt: new Date(alert.at).toISOString(),
    endsAt: new Date(alert.at + alert.coolDownMs + lingerMs).toISOString(),
  })
  return { name, send: (alert, signal) => postJson(address, [toPosted(alert)], headers, signal) }
}

function named(labels: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(labels)
  return Object.fromEntries(
    entries.map(([label, value]) => [label.replace(/^(?=\d)|[^A-Za-z0-9_]/g, '_'), String(value)]),
  )
}
