import type { Steps } from '../../model/steps.ts'

/** Items of a list between two yields; a list that is no longer is small enough to be written with what it is in. */
const ITEMS_PER_STEP = 64

/**
 * What `JSON.stringify` gives for a plain object, with a yield now and then in its long lists; encoded, because that
 * takes as long again when it is left to the response.
 */
export function* jsonInSteps(value: object): Steps<Buffer> {
  const parts = new Parts()
  yield* write(value, parts)
  return parts.end()
}

const BYTES_PER_PIECE = 65_536

class Parts {
  readonly #pieces: Buffer[] = []
  #text = ''

  push(...texts: readonly string[]): void {
    for (const text of texts) this.#text += text
    if (this.#text.length < BYTES_PER_PIECE) return
    this.#pieces.push(Buffer.from(this.#text))
    this.#text = ''
  }

  end(): Buffer {
    return Buffer.concat([...this.#pieces, Buffer.from(this.#text)])
  }
}

function* write(value: unknown, parts: Parts): Steps<void> {
  if (!holdsLongList(value)) parts.push(JSON.stringify(value))
  else if (Array.isArray(value)) yield* writeList(value, parts)
  else yield* writeObject(value as object, parts)
}

function* writeObject(value: object, parts: Parts): Steps<void> {
  let before = '{'
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue
    parts.push(before, JSON.stringify(key), ':')
    yield* write(field, parts)
    before = ','
  }
  parts.push(before === '{' ? '{}' : '}')
}

function* writeList(list: readonly unknown[], parts: Parts): Steps<void> {
  parts.push('[')
  for (let at = 0; at < list.length; at += ITEMS_PER_STEP) {
    if (at > 0) parts.push(',')
    const items = list.slice(at, at + ITEMS_PER_STEP)
    if (items.some(holdsLongList)) {
      for (let i = 0; i < items.length; i++) {
        if (i > 0) parts.push(',')
        yield* write(items[i], parts)
      }
    } else parts.push(JSON.stringify(items).slice(1, -1))
    yield
  }
  parts.push(']')
}

/** Whether it is one, has one among its fields, or is a short list with such an item. */
function holdsLongList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.length > ITEMS_PER_STEP || value.some(holdsLongList)
  for (const field of Object.values(value)) {
    if (Array.isArray(field) && (field.length > ITEMS_PER_STEP || field.some(holdsLongList))) return true
  }
  return false
}
