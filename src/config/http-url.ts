import type { ValueType } from './option.ts'
import { text } from './scalar-types.ts'

/**
 * Where something is asked over HTTP. A password in it would stand in logs and metrics, and is not told in a fault either.
 *
 * @param takesQuery whether parameters behind `?` may follow
 */
export function httpUrl(example: string, takesQuery: boolean): ValueType<string> {
  const plain = text(`a URL such as ${example}, without user and password`, 'URL', {
    pattern: /^https?:\/\/\S+$/i,
  })
  return {
    ...plain,
    parse(raw, report) {
      if (typeof raw !== 'string') return plain.parse(raw, report)
      const url = URL.canParse(raw) ? new URL(raw) : null
      const hasLogin = raw.includes('@')
      const isBare = url !== null && (takesQuery || url.search === '') && url.hash === ''
      if (!isBare || hasLogin) {
        report(hasLogin ? raw.replace(/^.*@/s, '…@') : raw, this.expected)
        return undefined
      }
      return plain.parse(raw, report)
    },
  }
}
