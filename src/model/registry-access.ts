/** How a registry is reached. Files are read anew as their content is needed. */
export interface RegistryAccess {
  readonly url: string
  readonly login:
    | { readonly kind: 'basic'; readonly username: string; readonly passwordFile: string }
    | { readonly kind: 'bearer'; readonly tokenFile: string }
    | null
  readonly tls: TlsFiles
}

/** PEM files; null = the system's authorities, or no client certificate. */
export interface TlsFiles {
  readonly caFile: string | null
  readonly certFile: string | null
  readonly keyFile: string | null
}
