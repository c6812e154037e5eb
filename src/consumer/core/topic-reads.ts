/** Which topics' ends could be read, and when last. Times in milliseconds of one clock. */
export class TopicReads {
  readonly #readAt = new Map<string, number>()
  /** Could not be read in the last round. */
  readonly #unread = new Set<string>()

  get areAllRead(): boolean {
    return this.#unread.size === 0
  }

  isUnread(topic: string): boolean {
    return this.#unread.has(topic)
  }

  read(topic: string, now: number): void {
    this.#unread.delete(topic)
    this.#readAt.set(topic, now)
  }

  /** Returns how long ago it was read, where it is news that it cannot be, else 0. */
  fail(topic: string, now: number): number {
    const sinceMs = this.#unread.has(topic) ? 0 : now - (this.#readAt.get(topic) ?? now)
    this.#unread.add(topic)
    return sinceMs
  }

  /** Forgets all others. */
  keep(topics: ReadonlySet<string>): void {
    for (const topic of this.#readAt.keys()) if (!topics.has(topic)) this.#readAt.delete(topic)
    for (const topic of this.#unread) if (!topics.has(topic)) this.#unread.delete(topic)
  }
}
