/** Where a contender runs: what it reads, and where it answers. */
export interface Place {
  /** host:port of the brokers. */
  readonly brokers: readonly string[]
  readonly port: number
  /** For its own files; empty and writable. */
  readonly folder: string
}

/** What has to be started. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** An exporter that is measured. */
export interface Contender {
  readonly name: string
  /** `scrape`: every scrape asks Kafka. `poll`: it polls by itself, and a scrape shows the last poll. */
  readonly model: 'scrape' | 'poll'
  /** Kafka's peers decide the goals; others are shown beside them. */
  readonly role: 'ours' | 'peer' | 'beside'
  /** Of ours: the peer whose families it publishes, or `all`. */
  readonly families?: string
  command(place: Place): Command
  /** Picks what changes with each of its polls out of a page. Null where pages do not tell. */
  generationOf(page: string): string | null
}

/** How often contenders poll that poll. */
export const POLL_INTERVAL_S = 15
