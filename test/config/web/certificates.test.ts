import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { certificatesOf } from '../../../src/config/web/certificates.ts'
import { type Certificates, createCertificates } from '../../harness/certificates.ts'
import { removeOwnDirectory } from '../../harness/owned-process.ts'

let certificates: Certificates
let one: string
let two: string
let key: string
before(async () => {
  certificates = await createCertificates()
  // The server's own and its authority's: what is shown in a handshake.
  one = readFileSync(certificates.server.certFile, 'utf8')
  two = readFileSync(certificates.caFile, 'utf8')
  key = readFileSync(certificates.server.keyFile, 'utf8')
})
after(() => removeOwnDirectory(certificates.dir))

const subjects = (text: string) =>
  certificatesOf(text)?.map(each => each.subject.replace(/^.*CN=/s, '')) ?? null

test('every certificate, whatever stands around it', () => {
  const bundle = `# of us\n${one}\nBag Attributes: --\n${two.trim()}`
  assert.deepEqual(subjects(bundle), [...(subjects(one) ?? []), ...(subjects(two) ?? [])])
  assert.deepEqual(subjects(bundle.replaceAll('\n', '\r\n')), subjects(bundle))
  assert.equal(subjects(`${key}${one}${key}`)?.length, subjects(one)?.length, 'keys are passed over')
  assert.deepEqual(certificatesOf(key), [])
  assert.deepEqual(certificatesOf(''), [])
  const trusted = two.replaceAll(' CERTIFICATE-', ' TRUSTED CERTIFICATE-')
  assert.deepEqual(subjects(trusted), subjects(two))
})

test('a bundle that is cut within its last block is none', () => {
  const whole = `${one}${two.trim()}`
  const begun = whole.lastIndexOf('-----BEGIN ') + '-----B'.length
  for (let end = begun; end < whole.length; end++) {
    assert.equal(certificatesOf(whole.slice(0, end)), null, whole.slice(0, end).slice(-40))
  }
  assert.notEqual(certificatesOf(whole), null)
})

test('a bundle that lacks its beginning, or a part within, is none', () => {
  assert.equal(certificatesOf(`${one.slice(5)}${two}`), null)
  assert.equal(certificatesOf(`${one}${two.slice(100)}`), null)
  const damaged = two.split('\n').toSpliced(2, 1).join('\n')
  assert.equal(certificatesOf(`${one}${damaged}`), null)
  assert.equal(certificatesOf(`${one}${key.slice(0, 60)}`), null)
})
