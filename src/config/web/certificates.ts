import { X509Certificate } from 'node:crypto'
import { certificatesFault, NO_CERTIFICATE } from '../../model/pem-certificates.ts'

/** Every certificate of a PEM text, in order; null where a block of it is damaged or cut short. */
export function certificatesOf(text: string): readonly X509Certificate[] | null {
  const certificates: X509Certificate[] = []
  const fault = certificatesFault(text, block => certificates.push(new X509Certificate(block)))
  return fault === null || fault === NO_CERTIFICATE ? certificates : null
}
