import type { Message } from 'kafkajs'

/** What the starter has to know of an example to show it at work. */
export interface Example {
  readonly topics: readonly { readonly name: string; readonly partitions: number }[]
  /** It asks for a `DATABASE_URL`. */
  readonly needsPostgres: boolean
  readonly env: Readonly<Record<string, string>>
  /** The variables that name ports of its own; each gets a free one. */
  readonly ports: readonly string[]
  /** The records that are written at a calm pace, endlessly. */
  records(): Iterable<{ readonly topic: string; readonly message: Message }>
  /** Commands to try, by the values of its environment. */
  lookAt(env: Readonly<Record<string, string>>): readonly (readonly [what: string, command: string])[]
}
