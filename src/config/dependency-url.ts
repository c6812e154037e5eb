import type { ValueType } from './option.ts'
import { SECRET, secretText } from './scalar-types.ts'
import type { DependencySettings } from './settings.ts'

type Kind = DependencySettings['kind']

/** Query parameters that pg takes a secret from. */
const SECRET_PARAMETERS = ['password', 'sslpassword']

const FORMS: Record<
  Kind,
  { readonly expected: string; readonly isOne: (url: URL, text: string) => boolean }
> = {
  /** libpq's: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS */
  postgres: {
    expected: 'a URL such as postgres://user@host:5432/database',
    // The URL class forgives blanks and capitals, which would lead the masking below astray. Without a host there may
    // be a socket directory in the query.
    isOne: (url, text) =>
      /^postgres(?:ql)?:\/\/\S+$/.test(text) && (url.hostname !== '' || url.searchParams.has('host')),
  },
  /** https://www.iana.org/assignments/uri-schemes/prov/redis; ioredis takes a query for settings of its own. */
  redis: {
    expected: 'a URL such as redis://host:6379 or rediss://user:password@host:6379/0',
    isOne: (url, text) =>
      /^rediss?:\/\/\S+$/.test(text) &&
      url.hostname !== '' &&
      /^(?:\/\d*)?$/.test(url.pathname) &&
      hasNoQuery(text) &&
      // A lone word before the @ would be a user of no password, and not the password that it is meant as.
      (url.username === '' || url.password !== '') &&
      isDecodable(url),
  },
  http: {
    expected: 'a URL such as https://host:8443/ready',
    isOne: (url, text) => /^https?:\/\/\S+$/.test(text) && !text.includes('#') && isDecodable(url),
  },
}

/**
 * Secret as a whole in faults; without its passwords where settings are printed. Which form it has to have, its kind
 * says: `isUrlOf`.
 */
export const dependencyUrl: ValueType<string> = {
  ...secretText,
  expected: Object.values(FORMS)
    .map(({ expected }) => expected.replace('a URL such as ', ''))
    .join('; '),
  metavar: 'URL',
  parse(raw, report) {
    if (typeof raw === 'string' && raw !== '') return raw
    report(raw, 'a URL')
    return undefined
  },
  render: maskUrl,
}

export function isUrlOf(kind: Kind, text: string): boolean {
  return URL.canParse(text) && FORMS[kind].isOne(new URL(text), text)
}

export function expectedOf(kind: Kind): string {
  return FORMS[kind].expected
}

/** The URL with every password in it replaced. What stands in the query of a page is not known, so all of it is. */
export function maskUrl(text: string): string {
  const masked = text.replace(/^([a-z]+:\/\/[^/?#@]*?):[^/?#]*@/, `$1:${SECRET}@`)
  if (/^http/.test(text)) return masked.replace(/\?.+$/, `?${SECRET}`)
  return masked.replace(new RegExp(`([?&](?:${SECRET_PARAMETERS.join('|')})=)[^&#]*`, 'gi'), `$1${SECRET}`)
}

/** The passwords in a URL, both as written and as they are meant. */
export function passwordsIn(text: string): readonly string[] {
  const url = new URL(text)
  const written = [
    url.password,
    /^[a-z]+:\/\/[^/?#@]*?:([^/?#]*)@/.exec(text)?.[1] ?? '',
    ...SECRET_PARAMETERS.flatMap(each => url.searchParams.getAll(each)),
    /^http/.test(text) ? url.search.slice(1) : '',
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

function hasNoQuery(text: string): boolean {
  return !/[?#]/.test(text)
}

/** The libraries fail over a stray % in a name or password. */
function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password)
    return true
  } catch {
    return false
  }
}
