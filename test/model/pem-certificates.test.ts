import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import { certificatesFault } from '../../src/model/pem-certificates.ts'
import { type Certificates, makeCertificates } from '../kafka/certificates.ts'

let certificates: Certificates
let [one, other, key] = ['', '', '']
before(() => {
  certificates = makeCertificates()
  one = certificates.ca.toString()
  other = certificates.stranger.cert.toString()
  key = certificates.stranger.key.toString()
})
after(() => certificates.remove())

const faultOf = (text: string) => certificatesFault(text, block => new X509Certificate(block))
const DAMAGED = 'holds a certificate that is damaged or cut short'

test('certificates with anything whole around them', () => {
  const words = '-----\nIssuer: one\n=====\n'
  for (const text of [one, one + other, one.trimEnd(), key + one, one + key])
    assert.equal(faultOf(text), null)
  assert.equal(faultOf(words + one + words + other + words), null)
  assert.equal(faultOf((one + other).replaceAll('\n', '\r\n')), null)
})

test('wherever the second one is cut, it is told', () => {
  const whole = other.trimEnd().length
  for (let length = 1; length < whole; length += 1) {
    assert.equal(faultOf(one + other.slice(0, length)), DAMAGED, `${length} characters`)
  }
  assert.equal(faultOf(one + other.slice(0, whole)), null)
})

test('what OpenSSL would pass over is told', () => {
  assert.equal(faultOf(one.trimEnd() + other), DAMAGED)
  assert.equal(faultOf(one + other.replaceAll(/^/gm, '  ')), DAMAGED)
  assert.equal(faultOf(one + other.replace('CERTIFICATE', 'CERTIFICATES')), DAMAGED)
  assert.equal(faultOf(one + other.split('\n').slice(1).join('\n')), DAMAGED)
  assert.equal(faultOf(''), 'holds no certificate')
  assert.equal(faultOf(key), 'holds no certificate')
})
