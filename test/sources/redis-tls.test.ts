import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import tls from 'node:tls'
import { readTextFile } from '../../src/config/read-file.ts'
import { redisProbe } from '../../src/sources/redis.ts'
import { type Certificates, createCertificates } from '../harness/certificates.ts'
import { removeOwnDirectory } from '../harness/owned-process.ts'

let made: Certificates
before(async () => {
  made = await createCertificates()
})
after(() => removeOwnDirectory(made.dir))

test('Redis over TLS is asked by its name, so that what stands before several knows which one; an address is not a name', async t => {
  const names: unknown[] = []
  const { certFile, keyFile } = made.server
  const pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
  const server = tls.createServer(pair, socket => {
    names.push(socket.servername)
    socket.on('error', () => {})
    socket.on('data', bytes =>
      socket.write('+OK\r\n'.repeat(bytes.toString().match(/\*\d+\r\n/g)?.length ?? 0)),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  for (const host of ['localhost', '127.0.0.1']) {
    const target = {
      url: `rediss://${host}:${port}`,
      tls: { caFile: made.caFile, certFile: null, keyFile: null },
      timeoutMs: 30_000,
    }
    const probe = redisProbe(target, readTextFile)
    assert.ok((await probe.check()) > 0)
    await probe.close()
  }
  assert.deepEqual(names, ['localhost', false])
})
