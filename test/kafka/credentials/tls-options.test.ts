import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TlsFiles, tlsSource } from '../../../src/kafka/credentials/tls-options.ts'
import { Troubles } from '../../../src/kafka/credentials/troubles.ts'
import { type Certificates, makeCertificates } from '../certificates.ts'

let certificates: Certificates
before(() => {
  certificates = makeCertificates()
})
after(() => certificates.remove())

const FILES: TlsFiles = {
  caFile: '/ca',
  certFile: '/cert',
  keyFile: '/key',
  serverName: 'kafka',
  insecureSkipVerify: false,
}

function opened() {
  const files: Record<string, string> = {
    '/ca': certificates.ca.toString(),
    '/cert': certificates.client.cert.toString(),
    '/key': certificates.client.key.toString(),
  }
  const troubles = new Troubles()
  const read = (path: string) => {
    if (files[path] === undefined) throw new Error('no such file')
    return files[path]
  }
  return { files, troubles, source: tlsSource(FILES, read, troubles) }
}

test('a renewed pair counts once both files are there', () => {
  const { files, troubles, source } = opened()
  const old = source.options()
  assert.equal(old.servername, 'kafka')
  assert.equal(old.rejectUnauthorized, true)

  files['/cert'] = certificates.stranger.cert.toString()
  assert.equal(source.options().cert, old.cert)
  assert.equal(
    troubles.list()[0]?.message,
    'tls.ca_file, tls.cert_file, tls.key_file: /key is not the key of /cert; what was read before is used on',
  )
  files['/key'] = certificates.stranger.key.toString()
  assert.equal(source.options().cert, files['/cert'])
  assert.equal(source.options().key, files['/key'])
  assert.deepEqual(troubles.list(), [])
})

for (const [what, path, change, why] of [
  [
    'an authority cut short',
    '/ca',
    (pem: string) => pem.slice(0, -40),
    '/ca holds a certificate that is damaged or cut short',
  ],
  [
    'a second authority cut short',
    '/ca',
    (pem: string) => pem + pem.slice(0, 200),
    '/ca holds a certificate that is damaged or cut short',
  ],
  [
    'a second authority cut inside its first line',
    '/ca',
    (pem: string) => `${pem}-----BEGIN CERT`,
    '/ca holds a certificate that is damaged or cut short',
  ],
  ['an empty file', '/ca', () => '', '/ca holds no certificate'],
  ['a key cut short', '/key', (pem: string) => pem.slice(0, 60), '/key cannot be used (ERR_OSSL_'],
] as const) {
  test(`${what} leaves what was read before in force`, () => {
    const { files, troubles, source } = opened()
    const old = source.options()
    files[path] = change(files[path]!)
    assert.deepEqual(source.options(), old)
    assert.ok(troubles.list()[0]?.message.includes(`: ${why}`), troubles.list()[0]?.message)
  })
}

test('without files the authorities are those of the system, and nothing is read', () => {
  const none = { caFile: null, certFile: null, keyFile: null, serverName: null, insecureSkipVerify: true }
  const source = tlsSource(none, () => assert.fail('nothing to read'), new Troubles())
  assert.deepEqual(source.options(), { rejectUnauthorized: false })
  source.check()
})
