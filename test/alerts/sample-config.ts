import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const SAMPLE_FILE = join(import.meta.dirname, '../../alerts/alertmanager/alertmanager.yml')

interface Route {
  readonly receiver?: string
  readonly routes?: readonly Route[]
  readonly [setting: string]: unknown
}

export interface SampleConfig {
  readonly route: Route
  readonly receivers: readonly { readonly name: string }[]
  readonly inhibit_rules: readonly object[]
}

export function readSample(): SampleConfig {
  return parse(readFileSync(SAMPLE_FILE, 'utf8')) as SampleConfig
}

/**
 * The sample with every receiver a webhook, and with other waits where they are given; routes and inhibitions are
 * those that are shipped.
 */
export function withWebhooks(url: string, waits: Readonly<Record<string, string>> = {}): object {
  const { route, receivers, inhibit_rules } = readSample()
  return {
    route: withWaits(route, waits),
    inhibit_rules,
    receivers: receivers.map(({ name }) => ({
      name,
      webhook_configs: [{ url: `${url}/${name}`, send_resolved: true }],
    })),
  }
}

function withWaits(route: Route, waits: Readonly<Record<string, string>>): Route {
  const known = Object.fromEntries(Object.entries(waits).filter(([name]) => route[name] !== undefined))
  return { ...route, ...known, ...(route.routes && { routes: route.routes.map(r => withWaits(r, waits)) }) }
}
