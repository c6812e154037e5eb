const EDGE = /^-----(BEGIN|END) ([^-]+)-----\s*$/
/** One that is not alone on its line: OpenSSL would pass over what it begins or ends. */
const BAD_EDGE = /-----(?:BEGIN|END)/
/** One that the file ends in the middle of; further up dashes are an ornament. */
const CUT_EDGE = /^-{1,5}(?:B|BE|BEG|BEGI|E|EN)?$/
export const NO_CERTIFICATE = 'holds no certificate'
const CERTIFICATE = /^(?:TRUSTED |X509 )?CERTIFICATE$/

/**
 * What is wrong with the text of a PEM file of certificates, or null. OpenSSL passes over what it cannot read behind the
 * first certificate: a file cut short would trust less, in silence. `parse` throws where a block is no certificate.
 */
export function certificatesFault(text: string, parse: (block: string) => unknown): string | null {
  const damaged = 'holds a certificate that is damaged or cut short'
  const lines = text.split('\n')
  let certificates = 0
  let open: { readonly label: string; readonly at: number } | null = null
  for (const [i, line] of lines.entries()) {
    const [, edge, label = ''] = EDGE.exec(line) ?? []
    if (edge === undefined) {
      const isCut = i === lines.length - 1 && CUT_EDGE.test(line)
      if (isCut || BAD_EDGE.test(line)) return damaged
    } else if (edge === 'BEGIN') {
      if (open !== null) return damaged
      open = { label, at: i }
    } else {
      if (open?.label !== label) return damaged
      if (CERTIFICATE.test(label)) {
        certificates += 1
        try {
          parse(lines.slice(open.at, i + 1).join('\n'))
        } catch {
          return damaged
        }
      }
      open = null
    }
  }
  if (open !== null) return damaged
  return certificates === 0 ? NO_CERTIFICATE : null
}
