import type { ReadError } from '../../model/observation.ts'

/** What is wrong now with the files and commands that connections need, by place; told with every poll until it is mended. */
export class Troubles {
  readonly #standing = new Map<string, { readonly code: ReadError['code']; readonly message: string }>()

  /** `place` names the setting; `message` never holds a secret. */
  begin(place: string, code: 'CREDENTIALS_STALE' | 'CREDENTIALS_UNAVAILABLE', message: string): void {
    this.#standing.set(place, { code, message: `${place}: ${message}` })
  }

  end(place: string): void {
    this.#standing.delete(place)
  }

  /** One entry per code, as logs and counters want them. */
  list(): readonly ReadError[] {
    const messages = new Map<string, string[]>()
    for (const { code, message } of this.#standing.values()) {
      const others = messages.get(code)
      if (others === undefined) messages.set(code, [message])
      else others.push(message)
    }
    return [...messages].map(([code, each]) => ({
      stage: 'credentials',
      code,
      node: -1,
      message: each.join('; '),
    }))
  }
}
