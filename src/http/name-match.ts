import { createContext, Script } from 'node:vm'
import { HttpFault } from './faults.ts'

/** For each name whether it matches, in the same order. */
export type NameMatch = (names: readonly string[]) => readonly boolean[]

/** A regular expression of a stranger may take exponential time; one request may cost this much and no more. */
const DEADLINE_MS = 50
const MAX_LENGTH = 512

const sandbox = createContext(Object.create(null)) as {
  pattern: RegExp | null
  names: readonly string[] | null
}
const TEST_ALL = new Script('names.map(name => pattern.test(name))')

/**
 * What `?q=`, `?match=` and `?topic=` mean: any part of the name, upper and lower case alike, or, between slashes, a
 * regular expression: `/^orders-v[23]$/`. Null for an empty text: everything matches.
 *
 * Throws HttpFault 400 for a bad expression here, and for one that takes too long when it is used.
 */
export function parseNameMatch(parameter: string, text: string): NameMatch | null {
  if (text === '') return null
  if (text.length > MAX_LENGTH) throw bad(parameter, `is longer than ${MAX_LENGTH} characters`)
  if (text.length < 2 || !text.startsWith('/') || !text.endsWith('/')) {
    const part = text.toLowerCase()
    return names => names.map(name => name.toLowerCase().includes(part))
  }
  let pattern: RegExp
  try {
    pattern = new RegExp(text.slice(1, -1))
  } catch (error) {
    throw bad(parameter, `is not a regular expression: ${(error as Error).message}`)
  }
  return names => {
    // The vm is not for isolation: it is the one way to interrupt a running expression.
    sandbox.pattern = pattern
    sandbox.names = names
    try {
      return TEST_ALL.runInContext(sandbox, { timeout: DEADLINE_MS }) as boolean[]
    } catch {
      throw bad(parameter, `takes longer than ${DEADLINE_MS} ms to match; write it more simply`)
    } finally {
      sandbox.pattern = null
      sandbox.names = null
    }
  }
}

function bad(parameter: string, problem: string): HttpFault {
  return new HttpFault(400, 'BAD_PARAMETER', `${parameter} ${problem}`)
}
