import type { AlertSink, SentAlert } from '../core/alert/alert.ts'
import { FUNCTION, optional, text, texts } from '../core/options/option-kinds.ts'
import type { RulesOf } from '../core/options/option-rule.ts'
import { proveOptions } from '../core/options/prove-options.ts'
import { ADDRESS, postJson } from './post-json.ts'

export interface WebhookSinkOptions {
  /** Where to post; kept out of logs and errors, since it may be the secret itself. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** What to post, for JSON: the alert as it is where it is left out. */
  readonly body?: (alert: SentAlert) => unknown
  /** For logs: `webhook`. */
  readonly name?: string
}

const WEBHOOK_OPTIONS: RulesOf<WebhookSinkOptions> = {
  url: ADDRESS,
  headers: optional(texts('an object of texts')),
  body: optional(FUNCTION),
  name: optional(text('a name')),
}

/** Posts each alert as JSON. Throws a TypeError that names all faults of the options. */
export function webhookSink(options: WebhookSinkOptions): AlertSink {
  proveOptions('webhookSink', options, WEBHOOK_OPTIONS)
  const { url, headers = {}, body = alert => alert, name = 'webhook' } = options
  return { name, send: (alert, signal) => postJson(url, body(alert), headers, signal) }
}

const SIGN: Readonly<Record<SentAlert['severity'], string>> = {
  critical: ':red_circle:',
  warning: ':large_orange_circle:',
  low: ':large_blue_circle:',
}
/** Slack cuts longer texts. */
const LONGEST_TEXT = 3_000

export interface SlackSinkOptions {
  /** An incoming webhook of Slack, Mattermost or Rocket.Chat, or of Discord with `/slack` behind it. */
  readonly url: string
  /** For logs: `slack`. */
  readonly name?: string
}

const SLACK_OPTIONS: RulesOf<SlackSinkOptions> = { url: ADDRESS, name: optional(text('a name')) }

/** Posts each alert as a message. Throws a TypeError that names all faults of the options. */
export function slackSink(options: SlackSinkOptions): AlertSink {
  proveOptions('slackSink', options, SLACK_OPTIONS)
  const { url, name = 'slack' } = options
  return webhookSink({ url, name, body: alert => ({ text: slackText(alert) }) })
}

/** https://api.slack.com/reference/surfaces/formatting#escaping */
function slackText(alert: SentAlert): string {
  const { severity, name, summary, description, labels, suppressed } = alert
  const listed = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
  const lines = [
    `*${escaped(name)}* (${severity}): ${escaped(summary)}`,
    ...(description === undefined ? [] : [escaped(description)]),
    ...(listed.length === 0 ? [] : [escaped(listed.join(', '))]),
    ...(suppressed === 0 ? [] : [`_${suppressed} more of the same since the last one_`]),
  ]
  return `${SIGN[severity] ?? ''} ${lines.join('\n')}`.trim().slice(0, LONGEST_TEXT)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
