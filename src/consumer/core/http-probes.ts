import type { Health } from './health.ts'

export interface ProbePaths {
  /** Default `/livez`. */
  readonly livez?: string
  /** Default `/readyz`. */
  readonly readyz?: string
  /** Default `/startupz`. */
  readonly startupz?: string
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
 * The probes by their paths. Throws where a path is none or is there twice.
 */
export function httpProbes(health: Health, paths: ProbePaths = {}): ReadonlyMap<string, HttpProbe> {
  const asked = [
    ['livez', paths.livez ?? '/livez', () => health.livez()],
    ['readyz', paths.readyz ?? '/readyz', () => health.readyz()],
    ['startupz', paths.startupz ?? '/startupz', () => health.startupz()],
  ] as const
  const probes = new Map<string, HttpProbe>()
  for (const [name, path, ask] of asked) {
    if (!path.startsWith('/'))
      throw new Error(`${name}: got the path "${path}", expected one that begins with /`)
    if (probes.has(path))
      throw new Error(`${name}: got the path "${path}" twice, expected one for each probe`)
    probes.set(path, () => answered(ask))
  }
  return probes
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
