/** https://kafka.apache.org/protocol#protocol_api_keys: the one API whose answers always have the oldest header. */
const API_VERSIONS = 18

/**
 * What follows the correlation id: for flexible versions (KIP-482) a section of tagged fields that may be empty, then
 * the body. ApiVersions has none in any version, so that it can be read before versions are known (KIP-511).
 * Throws RangeError where the section runs beyond the answer.
 */
export function bodyOf(
  payload: Buffer,
  request: { readonly key: number; readonly flexible: boolean },
): Buffer {
  if (!request.flexible || request.key === API_VERSIONS) return payload
  const fields = readUnsignedVarint(payload, 0)
  let offset = fields.end
  for (let left = fields.value; left > 0; left--) {
    const tag = readUnsignedVarint(payload, offset)
    const size = readUnsignedVarint(payload, tag.end)
    offset = size.end + size.value
    if (offset > payload.length) throw new RangeError('a tagged field of the header runs beyond the answer')
  }
  return payload.subarray(offset)
}

/** At most five bytes of seven bits, least significant first. */
function readUnsignedVarint(buffer: Buffer, start: number): { value: number; end: number } {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = buffer[start + i]
    if (byte === undefined) throw new RangeError('the tagged fields of the header run beyond the answer')
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, end: start + i + 1 }
  }
  throw new RangeError('a number in the header has more than five bytes')
}
