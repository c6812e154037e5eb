import type { Report, ValueType } from '../option.ts'

/** Some seconds of a core; each step more takes twice as long. */
const MOST_COST = 14
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

const EXPECTED = `a bcrypt hash with a cost from 4 to ${MOST_COST}, as htpasswd -nBC 10 writes it`

/** bcrypt hashes by user. */
export const passwordHashes: ValueType<ReadonlyMap<string, string>> = {
  expected: 'a mapping of users to bcrypt hashes',
  metavar: null,
  secret: true,
  parse(raw, report) {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      report(raw, this.expected)
      return undefined
    }
    const hashes = new Map<string, string>()
    for (const [user, hash] of Object.entries(raw)) {
      if (isUser(user, report) && isHash(user, hash, report)) hashes.set(user, hash)
    }
    return hashes.size === Object.keys(raw).length ? hashes : undefined
  },
  parseTexts: () => undefined,
  render: () => undefined,
}

function isUser(user: string, report: Report): boolean {
  if (user !== '' && !user.includes(':')) return true
  report(user, 'a user name that is not empty and has no ":"', [user])
  return false
}

function isHash(user: string, hash: unknown, report: Report): hash is string {
  const cost = typeof hash === 'string' ? Number(BCRYPT.exec(hash)?.[1]) : Number.NaN
  if (cost >= 4 && cost <= MOST_COST) return true
  report(hash, EXPECTED, [user])
  return false
}
