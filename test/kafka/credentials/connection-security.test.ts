import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionSecurity, type SaslSource } from '../../../src/kafka/credentials/connection-security.ts'

const BROKER = 'kafka-0:9092'

function secured(sasl: SaslSource, files: Record<string, string> = {}) {
  const world = { now: 0, files }
  const security = connectionSecurity({
    tls: null,
    sasl,
    connectTimeoutMs: 10_000,
    read: path => world.files[path] ?? '',
    now: () => world.now,
  })
  return { world, provider: security.sasl!, troubles: security.troubles }
}

test('an old password that is put back into its file ends the trouble with the new one at the next poll', async () => {
  const { world, provider, troubles } = secured(
    { mechanism: 'plain', username: 'u', password: { file: '/password' } },
    { '/password': 'old' },
  )
  const [old] = await provider.credentials(BROKER)
  provider.accepted(BROKER, old)
  world.files['/password'] = 'new'
  const [, older] = await provider.credentials(BROKER)
  provider.superseded(BROKER)
  provider.accepted(BROKER, older!)
  assert.equal(troubles()[0]?.code, 'CREDENTIALS_STALE')
  world.files['/password'] = 'old\n'
  assert.deepEqual(troubles(), [])
})
