/** Of a rule file: only its expressions count. */
export interface Ruled {
  readonly rules: readonly { readonly expr: string }[]
}

const RANGE = /([a-z_:][\w:]*)(?:\{[^}]*\})?\[(\w+)\](?: offset (\w+))?/g
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** How far back rules look at each metric, in seconds. */
export function windowsOf(groups: readonly Ruled[]): ReadonlyMap<string, number> {
  const windows = new Map<string, number>()
  for (const { expr } of groups.flatMap(group => group.rules)) {
    for (const [, name = '', range = '', offset = ''] of expr.matchAll(RANGE)) {
      windows.set(name, Math.max(windows.get(name) ?? 0, secondsOf(range) + secondsOf(offset)))
    }
  }
  return windows
}

function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([smhd])/g)]
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit as string] as number), 0)
}
