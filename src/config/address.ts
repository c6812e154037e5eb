export interface HostPort {
  readonly host: string
  readonly port: number
}

const HOST_PORT = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([\w.-]+))?:(\d{1,5})$/

/** `host:port`, `[::1]:port` or `:port` (host null); null where it is none of them. */
export function parseHostPort(text: string): { readonly host: string | null; readonly port: number } | null {
  const match = HOST_PORT.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) return null
  return { host: match[1] ?? match[2] ?? null, port }
}

export function formatHostPort(address: { readonly host: string | null; readonly port: number }): string {
  const host = address.host ?? ''
  return host.includes(':') ? `[${host}]:${address.port}` : `${host}:${address.port}`
}
