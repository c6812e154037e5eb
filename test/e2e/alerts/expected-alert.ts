/** Of the sample: who is told, by severity. */
export const RECEIVERS = { critical: 'on-call', warning: 'kafka-channel', info: 'log' } as const

export interface ExpectedAlert {
  readonly alert: string
  readonly severity: keyof typeof RECEIVERS
  /** Its labels beside name, severity, job and cluster. */
  readonly about: Readonly<Record<string, string>>
  /**
   * Literally, but for `<duration>`, `<share>`, and `<count:5>`: 5, or up to a tenth more, since Prometheus extrapolates.
   */
  readonly summary: string
  readonly description: string
  /** `inhibited`: it fires, and nobody is told. `late`: nobody is told before the mend. */
  readonly fate?: 'inhibited' | 'late'
  /** It is not over within the run. */
  readonly lasts?: true
}

const DURATION = String.raw`(?:\d+d )?(?:\d+h )?(?:\d+m )?\d+(?:\.\d+)?s`
const SHARE = String.raw`\d+(?:\.\d+)?%`

/** Whether the text is what the template says. */
export function matches(template: string, text: string): boolean {
  const counts: number[] = []
  const source = template
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('<duration>', DURATION)
    .replaceAll('<share>', SHARE)
    .replaceAll(/<count:(\d+)>/g, (_, count: string) => {
      counts.push(Number(count))
      return String.raw`(\d+)`
    })
  const found = new RegExp(`^${source}$`).exec(text)
  return found !== null && counts.every((count, i) => isAbout(Number(found[i + 1]), count))
}

function isAbout(told: number, count: number): boolean {
  return told >= count && told <= count * 1.1
}
