import { createHash } from 'node:crypto'

/** What is told of an error: names and a hash, never its message or its stack, which may hold what the record held. */
export interface FailureTraits {
  /** Its name, or that of its class where it has no better one: `TypeError`. */
  readonly cause: string
  readonly errorClass: string
  /** `ECONNREFUSED`, `23505`; null without one. */
  readonly errorCode: string | null
  /** The same for the same way through the code, whichever build or machine. */
  readonly stackHash: string
}

const CLASS = /^[\p{L}_$][\p{L}\p{N}_$.]{0,199}$/u
const CODE = /^[A-Za-z0-9_.-]{1,60}$/
const MOST_CAUSES = 5
const MOST_FRAMES = 20

/** Never throws, whatever was thrown. */
export function traitsOf(error: unknown): FailureTraits {
  try {
    const errorClass = classOf(error)
    const name = textOf(error, 'name')
    const cause = name !== null && name !== 'Error' && CLASS.test(name) ? name : errorClass
    const code = textOf(error, 'code')
    const errorCode = code !== null && CODE.test(code) ? code : null
    return { cause, errorClass, errorCode, stackHash: hashOf(error) }
  } catch {
    return { cause: 'Error', errorClass: 'Error', errorCode: null, stackHash: hashText('') }
  }
}

/** Its name and code, and those of what caused it, for people; no message either. Never throws. */
export function namesOf(error: unknown): string {
  const names: string[] = []
  try {
    let at: unknown = error
    for (let i = 0; i < MOST_CAUSES && typeof at === 'object' && at !== null; i++) {
      const { cause, errorCode } = traitsOf(at)
      // What a broker answered has a number for its code, and a name in `type`.
      const type = textOf(at, 'type')
      const code = type !== null && CODE.test(type) ? type : errorCode
      const named = code === null ? cause : `${cause} ${code}`
      // KafkaJS may wrap what is wrapped already.
      if (named !== names.at(-1)) names.push(named)
      at = (at as { readonly cause?: unknown }).cause
    }
  } catch {}
  return names.join(', caused by ') || 'Error'
}

function classOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Error'
  const name = (error as { readonly constructor?: { readonly name?: unknown } }).constructor?.name
  return typeof name === 'string' && CLASS.test(name) ? name : 'Error'
}

function textOf(error: unknown, field: 'name' | 'code' | 'type' | 'stack'): string | null {
  if (typeof error !== 'object' || error === null) return null
  const value = (error as Readonly<Record<string, unknown>>)[field]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value : null
}

function hashOf(error: unknown): string {
  const lines: string[] = []
  let at: unknown = error
  for (let i = 0; i < MOST_CAUSES && typeof at === 'object' && at !== null; i++) {
    lines.push(classOf(at), ...framesOf(textOf(at, 'stack') ?? ''))
    at = (at as { readonly cause?: unknown }).cause
  }
  return hashText(lines.join('\n'))
}

/** Function and file of each frame: lines and columns move with every build, folders with every machine. */
function framesOf(stack: string): string[] {
  const frames: string[] = []
  for (const line of stack.split('\n')) {
    const found = /^\s+at (?:(.+?) \()?(.+?)(?::\d+)*\)?$/.exec(line)
    if (found === null) continue
    const [, name = '', place = ''] = found
    frames.push(`${name} ${place.split(/[/\\]/).at(-1)}`)
    if (frames.length === MOST_FRAMES) break
  }
  return frames
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
