import { httpUrl } from './http-url.ts'

/** Where a registry listens. */
export const registryUrl = httpUrl('http://registry:8081', false)

/** What the registry is called in metrics and answers: no name that a configured dependency could have. */
export function registryName(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url)
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}${pathname.replace(/\/+$/, '')}`
}
