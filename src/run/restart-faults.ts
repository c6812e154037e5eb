import { isDeepStrictEqual } from 'node:util'
import { formatHostPort } from '../config/address.ts'
import type { Fault } from '../config/fault.ts'
import { shown } from '../config/fault.ts'
import type { WebSettings } from '../config/settings.ts'

/** What a running exporter cannot change of itself: who knows its address would not find it again. */
const FIXED: readonly { readonly at: string; readonly of: (web: WebSettings) => string | null }[] = [
  { at: 'web.listen_address', of: web => formatHostPort(web.listenAddress) },
  { at: 'web.telemetry_path', of: web => web.telemetryPath },
  { at: 'web.config_file', of: web => web.configFile },
]

/** Faults of settings that need a restart. */
export function restartFaults(inForce: WebSettings, wanted: WebSettings): readonly Fault[] {
  return FIXED.filter(({ of }) => !isDeepStrictEqual(of(inForce), of(wanted))).map(({ at, of }) => ({
    at,
    problem: `got ${shown(of(wanted))}, expected ${shown(of(inForce))} until the next restart`,
  }))
}
