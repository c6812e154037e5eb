import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ownDirectory } from './owned-process.ts'

const run = promisify(execFile)

/** PEM files. */
export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
  /** Key and chain in one file: what Kafka takes as `ssl.keystore.location` of type PEM. */
  readonly keystoreFile: string
}

export interface Certificates {
  readonly dir: string
  readonly caFile: string
  /** For localhost and 127.0.0.1. */
  readonly server: Certificate
  readonly client: Certificate
  /** What `client` may be replaced with. */
  readonly renewedClient: Certificate
  readonly expiredServer: Certificate
  readonly expiredClient: Certificate
  /** By the right authority, for other.example. */
  readonly wrongHostServer: Certificate
  /** An authority that nobody trusts, and what it signed. */
  readonly foreign: { readonly caFile: string; readonly server: Certificate; readonly client: Certificate }
}

interface Request {
  readonly name: string
  readonly subjectAltName: string
  readonly usage: 'serverAuth' | 'clientAuth'
  readonly expired?: boolean
}

const forLoopback = 'DNS:localhost,IP:127.0.0.1'

/** Everything a test of TLS needs, made anew with the openssl command line. */
export async function createCertificates(dir = ownDirectory('certificates')): Promise<Certificates> {
  const issue = await createAuthority(join(dir, 'ca'), 'Harness CA')
  const issueForeign = await createAuthority(join(dir, 'foreign-ca'), 'Foreign CA')
  const server = { subjectAltName: forLoopback, usage: 'serverAuth' } as const
  const client = { subjectAltName: 'DNS:client.example', usage: 'clientAuth' } as const
  return {
    dir,
    caFile: join(dir, 'ca', 'ca.pem'),
    server: await issue({ ...server, name: 'server' }),
    client: await issue({ ...client, name: 'client' }),
    renewedClient: await issue({ ...client, name: 'renewed-client' }),
    expiredServer: await issue({ ...server, name: 'expired-server', expired: true }),
    expiredClient: await issue({ ...client, name: 'expired-client', expired: true }),
    wrongHostServer: await issue({ ...server, name: 'wrong-host', subjectAltName: 'DNS:other.example' }),
    foreign: {
      caFile: join(dir, 'foreign-ca', 'ca.pem'),
      server: await issueForeign({ ...server, name: 'server' }),
      client: await issueForeign({ ...client, name: 'client' }),
    },
  }
}

type Issue = (request: Request) => Promise<Certificate>

async function createAuthority(dir: string, commonName: string): Promise<Issue> {
  mkdirSync(dir, { recursive: true })
  const file = (name: string) => join(dir, name)
  await newKey(file('ca.key'))
  const subject = ['-subj', `/CN=${commonName}`]
  await openssl([
    'req',
    '-x509',
    '-new',
    '-key',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-days',
    '2',
    ...subject,
  ])
  // `openssl ca` and not `x509 -req`: only it can set both dates in every release.
  writeFileSync(file('index.txt'), '')
  writeFileSync(
    file('ca.cnf'),
    `[ca]
default_ca = authority
[authority]
database = ${file('index.txt')}
new_certs_dir = ${dir}
certificate = ${file('ca.pem')}
private_key = ${file('ca.key')}
rand_serial = yes
default_md = sha256
default_days = 2
unique_subject = no
policy = anything
[anything]
commonName = supplied
`,
  )
  return async ({ name, subjectAltName, usage, expired = false }) => {
    const [keyFile, request, certFile] = [file(`${name}.key`), file(`${name}.csr`), file(`${name}.pem`)]
    const extensions = file(`${name}.ext`)
    const keystoreFile = file(`${name}.keystore.pem`)
    await newKey(keyFile)
    await openssl(['req', '-new', '-key', keyFile, '-out', request, '-subj', `/CN=${name}`])
    writeFileSync(extensions, `subjectAltName=${subjectAltName}\nextendedKeyUsage=${usage}\n`)
    const dates = expired ? ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z'] : []
    const ca = ['ca', '-batch', '-notext', '-config', file('ca.cnf'), '-extfile', extensions]
    await openssl([...ca, ...dates, '-in', request, '-out', certFile])
    writeFileSync(keystoreFile, readFileSync(keyFile, 'utf8') + readFileSync(certFile, 'utf8'))
    return { certFile, keyFile, keystoreFile }
  }
}

/** PKCS #8, which is what Kafka reads. */
const newKey = (file: string) =>
  openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file])

async function openssl(args: readonly string[]): Promise<void> {
  await run('openssl', args)
}
