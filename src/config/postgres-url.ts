import type { ValueType } from './option.ts'
import { SECRET, secretText } from './scalar-types.ts'

/** Query parameters that pg takes a secret from. */
const SECRET_PARAMETERS = ['password', 'sslpassword']

/**
 * A connection URL of libpq's form: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS.
 * Secret as a whole in faults; without its passwords where settings are printed.
 */
export const postgresUrl: ValueType<string> = {
  ...secretText,
  expected: 'a URL such as postgres://user@host:5432/database',
  metavar: 'URL',
  parse(raw, report) {
    if (typeof raw === 'string' && isPostgresUrl(raw)) return raw
    report(raw, this.expected)
    return undefined
  },
  render: maskUrl,
}

export function isPostgresUrl(text: string): boolean {
  // The URL class forgives blanks and capitals, which would lead the masking below astray.
  if (!/^postgres(?:ql)?:\/\/\S+$/.test(text) || !URL.canParse(text)) return false
  const url = new URL(text)
  // Without a host there may be a socket directory in the query.
  return url.hostname !== '' || url.searchParams.has('host')
}

/** The URL with every password in it replaced. */
export function maskUrl(text: string): string {
  return text
    .replace(/^([a-z]+:\/\/[^/?#@]*?):[^/?#]*@/, `$1:${SECRET}@`)
    .replace(new RegExp(`([?&](?:${SECRET_PARAMETERS.join('|')})=)[^&#]*`, 'gi'), `$1${SECRET}`)
}

/** The passwords in a URL, both as written and as they are meant. */
export function passwordsIn(text: string): readonly string[] {
  const url = new URL(text)
  const written = [
    url.password,
    /^[a-z]+:\/\/[^/?#@]*?:([^/?#]*)@/.exec(text)?.[1] ?? '',
    ...SECRET_PARAMETERS.flatMap(each => url.searchParams.getAll(each)),
  ]
  const meant = written.map(each => {
    try {
      return decodeURIComponent(each)
    } catch {
      return each
    }
  })
  return [...new Set([...written, ...meant])].filter(each => each !== '')
}
