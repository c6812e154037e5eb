import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Profile } from './profile.ts'

const DIRECTORY = join(import.meta.dirname, '..', '..', '..', 'alerts', 'alertmanager')

interface Route {
  readonly routes?: readonly Route[]
  readonly [setting: string]: unknown
}

interface Sample {
  readonly route: Route
  readonly receivers: readonly { readonly name: string }[]
  readonly [section: string]: unknown
}

/** The sample that is shipped, with a webhook in the place of each receiver, by its name. */
export function sampleWithWebhooks(url: string, waits: Profile['waits']): object {
  const {
    global: _unused,
    templates: _words,
    ...sample
  } = parse(readFileSync(join(DIRECTORY, 'alertmanager.yml'), 'utf8')) as Sample
  return {
    ...sample,
    route: waits === null ? sample.route : { ...shortened(sample.route), ...waits },
    receivers: sample.receivers.map(({ name }) => ({
      name,
      webhook_configs: [{ url: `${url}/${name}`, send_resolved: true }],
    })),
  }
}

/** Without waits of their own, so that those of the first route hold. Repeat intervals stay. */
function shortened({ group_wait: _wait, group_interval: _interval, ...route }: Route): Route {
  return route.routes ? { ...route, routes: route.routes.map(shortened) } : route
}
