import type { Command } from 'commander'
import { type Fault, shown } from '../config/fault.ts'
import type { ReadFile } from '../config/read-file.ts'
import { messageOf } from '../errors.ts'
import { type ClientTls, secureFetch } from './secure-fetch.ts'

/** How to get at an exporter that asks who wants to know, as the command line says it. */
export interface AccessFlags {
  readonly 'url.caFile'?: string | undefined
  readonly 'url.certFile'?: string | undefined
  readonly 'url.keyFile'?: string | undefined
  readonly 'url.insecureSkipVerify'?: boolean | undefined
  readonly 'url.username'?: string | undefined
  readonly 'url.passwordFile'?: string | undefined
}

const LARGEST_BYTES = 1024 * 1024

export function addAccessFlags(command: Command): Command {
  return command
    .option('--url.ca-file <file>', 'PEM file with the authorities of its certificate')
    .option('--url.cert-file <file>', 'PEM file with a certificate to show to it')
    .option('--url.key-file <file>', 'PEM file with the private key of that certificate')
    .option('--url.insecure-skip-verify', 'whatever certificate it shows')
    .option('--url.username <user>', 'user of basic_auth_users')
    .option('--url.password-file <file>', 'file that holds the password')
}

/** `fetch` with what the flags say; `faults` are told instead of using it. */
export function exporterAccess(
  flags: AccessFlags,
  readFile: ReadFile,
  plainFetch: typeof fetch,
): { readonly fetch: typeof fetch; readonly faults: readonly Fault[] } {
  const faults: Fault[] = []
  const contentOf = (flag: string, path: string | undefined): string | undefined => {
    if (path === undefined) return undefined
    try {
      return readFile(path, LARGEST_BYTES)
    } catch (error) {
      const problem = `got ${shown(path)} (${messageOf(error)}), expected a readable file`
      faults.push({ at: `--url.${flag}`, problem })
      return undefined
    }
  }
  const together = (one: string, other: string, isOne: boolean, isOther: boolean) => {
    if (isOne === isOther) return
    const [missing, given] = isOne ? [other, one] : [one, other]
    faults.push({ at: `--url.${missing}`, problem: `got nothing, expected it beside --url.${given}` })
  }
  const certFile = flags['url.certFile']
  const keyFile = flags['url.keyFile']
  const username = flags['url.username']
  const passwordFile = flags['url.passwordFile']
  together('cert-file', 'key-file', certFile !== undefined, keyFile !== undefined)
  together('username', 'password-file', username !== undefined, passwordFile !== undefined)
  const tls: ClientTls = {
    ca: contentOf('ca-file', flags['url.caFile']),
    cert: contentOf('cert-file', certFile),
    key: contentOf('key-file', keyFile),
    rejectUnauthorized: flags['url.insecureSkipVerify'] !== true,
  }
  const password = contentOf('password-file', passwordFile)?.replace(/\r?\n$/, '')
  const isPlain = tls.rejectUnauthorized && tls.ca === undefined && tls.cert === undefined
  const get = isPlain ? plainFetch : secureFetch(tls, plainFetch)
  if (username === undefined || password === undefined) return { fetch: get, faults }
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return {
    fetch: (url, init) => get(url, { ...init, headers: { authorization, ...headersOf(init) } }),
    faults,
  }
}

function headersOf(init: RequestInit | undefined): Record<string, string> {
  return Object.fromEntries(new Headers(init?.headers))
}
