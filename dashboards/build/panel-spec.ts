import type { Unit } from '../../src/signals/signal.ts'

export interface Target {
  readonly expression: string
  /** As Grafana writes legends: `{{topic}}`. */
  readonly legend: string
}

/**
 * How values are told apart by colour and word: 1 and 0 as up and down, the number of a state as its word, lines named
 * after states in their colours and stacked.
 */
export type Meaning = 'bad-above-0' | 'up' | 'state-number' | 'states' | 'plain'

/** Two that mean more than their number, in a table. */
export type ColumnMeaning = 'severity-number' | 'state-number'

interface Common {
  /** No full stop. */
  readonly title: string
  /** Whole sentences. */
  readonly description: string
  /** Of 24 columns. */
  readonly width: number
  readonly height: number
  readonly unit: Unit
  readonly meaning?: Meaning
  readonly targets: readonly Target[]
  /** Opens another dashboard at what a row or line is about. */
  readonly drill?: { readonly dashboard: string; readonly label: string; readonly variable: string }
}

export type PanelSpec =
  | (Common & { readonly kind: 'stat' | 'timeseries' | 'state-timeline' | 'status-history' })
  | (Common & {
      readonly kind: 'table'
      /** Heading of each target's value, with its unit. */
      readonly columns: readonly {
        readonly heading: string
        readonly unit: Unit
        readonly meaning?: ColumnMeaning
      }[]
      /** Labels that are columns too, with their headings, in this order. */
      readonly labels: Readonly<Record<string, string>>
      /** Heading of the column that rows are sorted by, largest first. */
      readonly sortBy: string
      readonly smallestFirst?: boolean
      /** Heading of the column that rows are sorted by where the first has the same, largest first. */
      readonly thenBy?: string
    })

export interface RowSpec {
  readonly title: string
  /** What it shows, and where more is: a text at its top. */
  readonly text: string
  readonly panels: readonly PanelSpec[]
}

export interface DashboardSpec {
  /** Behind `kafka-health-`. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** What it answers, in Markdown. */
  readonly text: string
  readonly variables: readonly ('kafka_cluster' | 'consumergroup' | 'topic' | 'service_job' | 'limit')[]
  readonly rows: readonly RowSpec[]
}
