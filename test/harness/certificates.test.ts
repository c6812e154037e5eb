import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { createCertificates } from './certificates.ts'
import { removeOwnDirectory } from './owned-process.ts'

/** What `openssl verify` says: null, or its complaint. */
function complaint(caFile: string, certFile: string, ...args: string[]): string | null {
  try {
    execFileSync('openssl', ['verify', '-CAfile', caFile, ...args, certFile], { stdio: 'pipe' })
    return null
  } catch (error) {
    const { stderr } = error as { stderr: Buffer }
    return /error \d+ at 0 depth lookup: (.*)/.exec(stderr.toString())?.[1] ?? stderr.toString()
  }
}

test('each certificate has the one fault that it is named for', async t => {
  const made = await createCertificates()
  t.after(() => removeOwnDirectory(made.dir))
  const forHost = ['-verify_hostname', 'localhost']
  assert.equal(complaint(made.caFile, made.server.certFile, ...forHost), null)
  assert.equal(complaint(made.caFile, made.server.certFile, '-verify_ip', '127.0.0.1'), null)
  assert.equal(complaint(made.caFile, made.client.certFile), null)
  assert.equal(complaint(made.caFile, made.wrongHostServer.certFile, ...forHost), 'hostname mismatch')
  assert.equal(complaint(made.caFile, made.expiredServer.certFile), 'certificate has expired')
  assert.equal(complaint(made.caFile, made.expiredClient.certFile), 'certificate has expired')
  assert.equal(complaint(made.caFile, made.foreign.client.certFile), 'unable to get local issuer certificate')
  assert.equal(complaint(made.foreign.caFile, made.foreign.server.certFile, ...forHost), null)
})
