import zlib from 'node:zlib'

/** Throws where the input is malformed, or the output longer than it may be. */
type Decode = (bytes: Buffer, maxBytes: number) => Uint8Array

/** From Node 22.15; the types are of the least version that is supported. */
type Native = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer

const native = (zlib as { readonly zstdDecompressSync?: Native }).zstdDecompressSync

export const decodeZstd: Decode =
  native === undefined
    ? await loadWebAssembly()
    : (bytes, maxBytes) => native(bytes, { maxOutputLength: maxBytes })

/** zstd itself, compiled. Not loaded where Node has its own. */
async function loadWebAssembly(): Promise<Decode> {
  const { ZSTDDecoder } = await import('zstddec')
  const decoder = new ZSTDDecoder()
  await decoder.init()
  return (bytes, maxBytes) => {
    // Not told the size, it would believe what the frame claims; with it, a longer one is an error.
    const output = decoder.decode(bytes, maxBytes)
    // It gives no error but an empty output, which no batch that has records has.
    if (output.length === 0) throw new Error('not a zstd frame that fits')
    return output
  }
}
