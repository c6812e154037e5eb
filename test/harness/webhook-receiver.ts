import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitUntil } from './wait-until.ts'

/** An alert as Alertmanager's webhook tells it (version 4 of the payload). */
export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
}

export interface Notification {
  /** When it came, in Unix milliseconds. */
  readonly at: number
  readonly receiver: string
  readonly status: 'firing' | 'resolved'
  readonly groupLabels: Readonly<Record<string, string>>
  readonly alerts: readonly NotifiedAlert[]
}

export interface WebhookReceiver {
  readonly url: string
  /** Everything that came, oldest first; other bodies than an Alertmanager's as they are. */
  readonly notifications: readonly Notification[]
  readonly bodies: readonly { readonly path: string; readonly body: unknown }[]
  waitFor(what: string, isThere: (all: readonly Notification[]) => boolean, timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

/** An HTTP server on loopback that keeps what is posted to it. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const notifications: Notification[] = []
  const bodies: { path: string; body: unknown }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const body = JSON.parse(text) as Record<string, unknown>
    bodies.push({ path: request.url ?? '/', body })
    if (Array.isArray(body.alerts))
      notifications.push({ ...(body as unknown as Notification), at: Date.now() })
    response.end('ok')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    notifications,
    bodies,
    async waitFor(what, isThere, timeoutMs = 60_000) {
      await waitUntil(what, () => isThere(notifications), { timeoutMs })
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
