import { compileAnchored } from '../config/pattern.ts'

/** Matchers as expressions have them, or what is wrong where. */
export type MatchersResult = { readonly matchers: readonly string[] } | { readonly problem: string }

const OPERATORS = ['=~', '!~', '!=', '=']
const WHITE = /[ \t\r\n]*/y
const LABEL = /[A-Za-z_]\w*/y
const RAW = /`([^`]*)`/y
const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}
const CODE = /u([\dA-Fa-f]{4})|U(00(?:0[\dA-Fa-f]|10)[\dA-Fa-f]{4})/y

/**
 * Parses `job="kafka",kafka_cluster=~"prod-.*"`, with or without braces: what may stand between the braces of a
 * selector. Places are counted in characters from 1.
 */
export function parseMatchers(text: string): MatchersResult {
  try {
    return { matchers: new Reader(text).matchers() }
  } catch (error) {
    if (error instanceof Misplaced) return { problem: error.message }
    throw error
  }
}

class Misplaced extends Error {}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  matchers(): readonly string[] {
    const found: string[] = []
    this.#white()
    const braces = this.#take('{')
    const isAtEnd = () => (braces ? this.#text[this.#at] === '}' : this.#at === this.#text.length)
    for (;;) {
      this.#white()
      // A comma may be the last, as in PromQL.
      if (found.length > 0 && isAtEnd()) break
      found.push(this.#matcher())
      this.#white()
      if (isAtEnd()) break
      if (!this.#take(',')) this.#expected(braces ? '"," or "}"' : '","')
    }
    if (braces) this.#at++
    this.#white()
    if (this.#at < this.#text.length) this.#expected('nothing more')
    return found
  }

  #matcher(): string {
    const label = this.#match(LABEL)?.[0]
    if (label === undefined) return this.#expected('a label name')
    if (label === '__name__') {
      this.#at -= label.length
      return this.#expected('another label: each rule names its metrics')
    }
    this.#white()
    const operator = OPERATORS.find(each => this.#take(each))
    if (operator === undefined) return this.#expected('=, !=, =~ or !~')
    this.#white()
    const start = this.#at
    const value = this.#value()
    const compiled = operator.includes('~') ? compileAnchored(value) : null
    if (compiled !== null && 'reason' in compiled) {
      throw new Misplaced(
        `at character ${start + 1}: got ${JSON.stringify(value)}, expected a pattern: ${compiled.reason}`,
      )
    }
    return `${label}${operator}${JSON.stringify(value)}`
  }

  #value(): string {
    const raw = this.#match(RAW)
    if (raw) return raw[1] ?? ''
    const start = this.#at
    const quote = ['"', "'"].find(each => this.#take(each))
    if (quote === undefined) return this.#expected('a value in quotes')
    let value = ''
    while (this.#text[this.#at] !== quote) {
      const character = this.#text[this.#at++]
      if (character === undefined || character === '\n') {
        this.#at = start
        return this.#expected(`a value that ends with ${quote}`)
      }
      value += character === '\\' ? this.#escape() : character
    }
    this.#at++
    return value
  }

  #escape(): string {
    const simple = SIMPLE[this.#text[this.#at] ?? '']
    if (simple !== undefined) {
      this.#at++
      return simple
    }
    const code = this.#match(CODE)
    if (code === null) {
      this.#at--
      return this.#expected('\\\\ for a backslash')
    }
    return String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? '', 16))
  }

  #white(): void {
    this.#match(WHITE)
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match) this.#at = pattern.lastIndex
    return match
  }

  #expected(what: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 20)
    const got = rest === '' ? 'the end' : JSON.stringify(rest)
    throw new Misplaced(`at character ${this.#at + 1}: got ${got}, expected ${what}`)
  }
}
