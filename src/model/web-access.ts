/** Who may ask the exporter over HTTP, and how. */
export interface WebAccess {
  /** Null: plain HTTP. */
  readonly tls: ServerTls | null
  /** Set on every answer. */
  readonly headers: Readonly<Record<string, string>>
  /** bcrypt hashes by user; nobody: everybody may ask. */
  readonly users: ReadonlyMap<string, string>
  /** `burst` requests at once, then one per interval. */
  readonly rateLimit: { readonly intervalMs: number; readonly burst: number } | null
}

/** Go's names of what a server may want of a client's certificate. */
export type ClientAuth =
  | 'NoClientCert'
  | 'RequestClientCert'
  | 'RequireAnyClientCert'
  | 'VerifyClientCertIfGiven'
  | 'RequireAndVerifyClientCert'

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

export interface ServerTls {
  /** As `createSecureContext` of node:tls takes them; PEM and OpenSSL's names. */
  readonly context: {
    readonly cert: string
    readonly key: string
    /** Of clients; the system's authorities where it is left out. */
    readonly ca?: string
    readonly ciphers?: string
    readonly ecdhCurve?: string
    readonly minVersion: TlsVersion
    readonly maxVersion: TlsVersion
    readonly honorCipherOrder: boolean
  }
  readonly clientAuth: ClientAuth
  /** The client's certificate must be for one of these; null: for whatever. */
  readonly allowedSans: readonly string[] | null
}
