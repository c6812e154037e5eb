import { TransportError } from './transport.ts'
import type { Api } from './wire/api.ts'

/** @param who `broker 3`, `any broker` */
export function unsupported(who: string, api: Api): TransportError {
  return new TransportError(
    'VERSION_UNSUPPORTED',
    who,
    `speaks no version of ${api.name} between ${api.min} and ${api.max}`,
  )
}
