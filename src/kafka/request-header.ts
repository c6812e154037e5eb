import type { ApiRequest } from './transport.ts'

/**
 * What goes before the body of a request: the length of all that follows, then header v1, or v2 for flexible versions
 * (KIP-482), which is the same with a section of tagged fields, here empty.
 */
export function requestHeader(
  { key, version, flexible, body }: Pick<ApiRequest, 'key' | 'version' | 'flexible' | 'body'>,
  clientId: string,
  correlationId: number,
): Buffer {
  const idLength = Buffer.byteLength(clientId)
  const header = Buffer.alloc(14 + idLength + (flexible ? 1 : 0))
  header.writeInt32BE(header.length - 4 + body.length, 0)
  header.writeInt16BE(key, 4)
  header.writeInt16BE(version, 6)
  header.writeInt32BE(correlationId, 8)
  header.writeInt16BE(idLength, 12)
  header.write(clientId, 14)
  return header
}
