/** Something to be stored that is JSON already: what is large and seldom changes is not written out anew each time. */
export class SavedJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** As JSON.stringify has it. */
  toJSON(): unknown {
    return JSON.parse(this.text)
  }
}

/** What is saved, as JSON has it. */
export function plainOf(saved: unknown): unknown {
  return saved instanceof SavedJson ? saved.toJSON() : saved
}
