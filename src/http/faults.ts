import { ExporterError } from '../errors.ts'

/** What a client can be told went wrong. The codes of the `error` object that every failed API call answers. */
export type HttpFaultCode =
  | 'BAD_PATH' //            400: percent-encoding that is not UTF-8
  | 'BAD_PARAMETER' //       400: a query parameter that cannot be understood
  | 'CLUSTER_REQUIRED' //    400: several clusters are watched and none was named
  | 'UNAUTHORIZED' //        401: no user, or not with this password
  | 'CROSS_SITE' //          403: a browser was made to ask by a page of another site
  | 'CLUSTER_NOT_FOUND' //   404
  | 'GROUP_NOT_FOUND' //     404
  | 'NOT_FOUND' //           404: no such address
  | 'METHOD_NOT_ALLOWED' //  405
  | 'URL_TOO_LONG' //        414
  | 'TOO_MANY_REQUESTS' //   429: more than rate_limit allows
  | 'INTERNAL' //            500: a defect of this program; the log has the rest
  | 'BUSY' //                503: too many passwords are being checked
  | 'NO_SNAPSHOT' //         503: nothing is known of that cluster (yet, or any more)
  | 'GROUP_UNREADABLE' //    503: a configured group of which no coordinator could speak

/** An answer other than 200 that a client brought about. `message` is shown to it as it stands. */
export class HttpFault extends ExporterError<HttpFaultCode> {
  override readonly name = 'HttpFault'
  readonly status: number

  constructor(status: number, code: HttpFaultCode, message: string) {
    super(code, message)
    this.status = status
  }
}

/** Body of every answer with status >= 400 under /api. */
export interface ApiError {
  readonly error: { readonly code: HttpFaultCode; readonly message: string }
}
