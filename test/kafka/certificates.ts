import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface KeyPair {
  readonly cert: Buffer
  readonly key: Buffer
}

export interface Certificates {
  readonly ca: Buffer
  readonly server: KeyPair
  readonly expired: KeyPair
  readonly client: KeyPair
  /** Signed by nobody else. */
  readonly stranger: KeyPair
  remove(): void
}

const CONFIG = `
[ca]
default_ca = this
[this]
database = index.txt
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
`

/** A private authority and what it signed, for 127.0.0.1 and localhost, made by openssl on each call. */
export function makeCertificates(): Certificates {
  const dir = mkdtempSync(join(tmpdir(), 'certificates-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' })
  const pair = (name: string): KeyPair => ({
    cert: readFileSync(join(dir, `${name}.pem`)),
    key: readFileSync(join(dir, `${name}.key`)),
  })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const selfSigned = (name: string) =>
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    )
  const signed = (name: string, ...validity: string[]): KeyPair => {
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1'
    openssl(
      'req',
      ...newKey,
      '-subj',
      `/CN=${name}`,
      '-addext',
      names,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    )
    openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      'ca.cnf',
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
      ...validity,
    )
    return pair(name)
  }
  writeFileSync(join(dir, 'ca.cnf'), CONFIG)
  writeFileSync(join(dir, 'index.txt'), '')
  writeFileSync(join(dir, 'serial'), '01\n')
  selfSigned('ca')
  selfSigned('stranger')
  return {
    ca: readFileSync(join(dir, 'ca.pem')),
    server: signed('server', '-days', '2'),
    client: signed('client', '-days', '2'),
    expired: signed('expired', '-startdate', '20200101000000Z', '-enddate', '20200102000000Z'),
    stranger: pair('stranger'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
