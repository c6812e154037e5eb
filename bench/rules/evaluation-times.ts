/** An evaluation of a rule group, or a scrape. */
export interface Evaluation {
  readonly at: number
  readonly seconds: number
}

export interface GroupTimes {
  readonly intervalSeconds: number
  readonly evaluations: Map<string, Evaluation>
  /** Seconds of the last evaluation by rule. */
  rules: readonly { readonly name: string; readonly seconds: number }[]
}

interface RulesAnswer {
  readonly data: {
    readonly groups: readonly {
      readonly name: string
      readonly interval: number
      readonly evaluationTime: number
      readonly lastEvaluation: string
      readonly rules: readonly { readonly name: string; readonly evaluationTime: number }[]
    }[]
  }
}

interface DurationsAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly values: readonly (readonly [at: number, seconds: string])[]
    }[]
  }
}

/** As Prometheus lists them, with what their last evaluations took. */
export async function ruleGroups(url: string): Promise<RulesAnswer['data']['groups']> {
  const response = await fetch(`${url}/api/v1/rules?exclude_alerts=true`, {
    signal: AbortSignal.timeout(30_000),
  })
  return ((await response.json()) as RulesAnswer).data.groups
}

/** Collects how long a Prometheus says that its evaluations took. */
export class EvaluationTimes {
  readonly groups = new Map<string, GroupTimes>()
  /** Whole scrapes, by target and begin. */
  readonly scrapes = new Map<string, Evaluation>()
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** To be called more often than rules are evaluated. */
  async read(): Promise<void> {
    await this.#readScrapes()
    for (const group of await ruleGroups(this.#url)) {
      const times = this.groups.get(group.name) ?? {
        intervalSeconds: group.interval,
        evaluations: new Map(),
        rules: [],
      }
      this.groups.set(group.name, times)
      const at = Date.parse(group.lastEvaluation)
      if (at > 0) times.evaluations.set(group.lastEvaluation, { at, seconds: group.evaluationTime })
      times.rules = group.rules.map(({ name, evaluationTime }) => ({ name, seconds: evaluationTime }))
    }
  }
  async #readScrapes(): Promise<void> {
    const query = encodeURIComponent('scrape_duration_seconds[1m]')
    const response = await fetch(`${this.#url}/api/v1/query?query=${query}`, {
      signal: AbortSignal.timeout(30_000),
    })
    const { data } = (await response.json()) as DurationsAnswer
    for (const { metric, values } of data.result) {
      for (const [at, seconds] of values) {
        this.scrapes.set(`${metric.instance} ${at}`, { at: at * 1000, seconds: Number(seconds) })
      }
    }
  }
}
