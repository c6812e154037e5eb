import { X509Certificate } from 'node:crypto'

const BEGIN = '-----BEGIN '
const LABEL = /^(?:TRUSTED |X509 )?CERTIFICATE$/
/** What is left of a block whose other end is missing, or has been cut off within these words. */
const FRAGMENT = /-----(?:END |[A-Z]+$)/

/**
 * Every certificate of a PEM text, in order; null where a block of it is damaged or cut short. OpenSSL passes over what
 * it cannot read behind the first one: a file half written would show a shorter chain, or trust less, in silence.
 */
export function certificatesOf(text: string): readonly X509Certificate[] | null {
  const [before = '', ...pieces] = text.split(BEGIN)
  if (FRAGMENT.test(before)) return null
  const certificates: X509Certificate[] = []
  for (const piece of pieces) {
    const label = /^([A-Z0-9 ]+)-----/.exec(piece)?.[1]
    const [block = '', after] = split(piece, `-----END ${label}-----`)
    if (label === undefined || after === undefined || FRAGMENT.test(after)) return null
    if (!LABEL.test(label)) continue
    try {
      certificates.push(new X509Certificate(`${BEGIN}${block}-----END ${label}-----\n`))
    } catch {
      return null
    }
  }
  return certificates
}

function split(text: string, by: string): readonly string[] {
  const at = text.indexOf(by)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)]
}
