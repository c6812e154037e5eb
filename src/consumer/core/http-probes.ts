import type { Health } from './health.ts'
import { optional, rule } from './options/option-kinds.ts'
import { faultOf, type RulesOf, valueText } from './options/option-rule.ts'
import { faultsWithin, refuse } from './options/prove-options.ts'

export interface ProbePaths {
  /** Default `/livez`. */
  readonly livez?: string
  /** Default `/readyz`. */
  readonly readyz?: string
  /** Default `/startupz`. */
  readonly startupz?: string
}

const PATH = rule('a path that begins with /', value => typeof value === 'string' && value.startsWith('/'))
export const PROBE_PATHS: RulesOf<ProbePaths> = {
  livez: optional(PATH),
  readyz: optional(PATH),
  startupz: optional(PATH),
}

/** What a probe is answered over HTTP: 200 or 503, JSON; 500 where the answer could not be found. */
export interface HttpProbeAnswer {
  readonly status: 200 | 500 | 503
  readonly headers: { readonly 'content-type': string; readonly 'cache-control': string }
  readonly body: string
}

export type HttpProbe = () => Promise<HttpProbeAnswer>

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }

/**
 * The probes by their paths. Throws a TypeError where a path is none or is there twice.
 */
export function httpProbes(health: Health, paths: ProbePaths = {}): ReadonlyMap<string, HttpProbe> {
  const asked = [
    ['livez', paths.livez ?? '/livez', () => health.livez()],
    ['readyz', paths.readyz ?? '/readyz', () => health.readyz()],
    ['startupz', paths.startupz ?? '/startupz', () => health.startupz()],
  ] as const
  const places = asked.map(([, path]) => path)
  const twice = asked.filter(([, path], i) => places.indexOf(path) !== i)
  refuse('probes', [
    ...faultsWithin(paths, PROBE_PATHS),
    ...twice.map(([name, path]) => faultOf(name, valueText(path), 'a path that no other probe has')),
  ])
  return new Map(asked.map(([, path, ask]) => [path, () => answered(ask)]))
}

async function answered(ask: () => Answer | Promise<Answer>): Promise<HttpProbeAnswer> {
  try {
    const { ok, body } = await ask()
    return { status: ok ? 200 : 503, headers: HEADERS, body: `${JSON.stringify(body)}\n` }
  } catch {
    // What it was is for no stranger.
    return { status: 500, headers: HEADERS, body: '{"status":"fail"}\n' }
  }
}

interface Answer {
  readonly ok: boolean
  readonly body: object
}
