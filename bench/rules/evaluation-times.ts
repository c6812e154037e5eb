/** One evaluation of a rule group. */
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

/** Collects how long a Prometheus says that its evaluations took. */
export class EvaluationTimes {
  readonly groups = new Map<string, GroupTimes>()
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** To be called more often than rules are evaluated. */
  async read(): Promise<void> {
    const response = await fetch(`${this.#url}/api/v1/rules`, { signal: AbortSignal.timeout(30_000) })
    const { data } = (await response.json()) as RulesAnswer
    for (const group of data.groups) {
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
}
