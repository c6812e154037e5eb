import type { ValueType } from './option.ts'
import { text } from './scalar-types.ts'

const plain = text('a URL such as http://registry:8081, without user and password', 'URL', {
  pattern: /^https?:\/\/\S+$/i,
})

/** Where a registry listens. A password in it would stand in logs and metrics, and is not told in a fault either. */
export const registryUrl: ValueType<string> = {
  ...plain,
  parse(raw, report) {
    if (typeof raw !== 'string') return plain.parse(raw, report)
    const url = URL.canParse(raw) ? new URL(raw) : null
    const hasLogin = raw.includes('@')
    if (url === null || hasLogin || url.search !== '' || url.hash !== '') {
      report(hasLogin ? raw.replace(/^.*@/s, '…@') : raw, this.expected)
      return undefined
    }
    return plain.parse(raw, report)
  },
}

/** What the registry is called in metrics and answers: no name that a configured dependency could have. */
export function registryName(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url)
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}${pathname.replace(/\/+$/, '')}`
}
