import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { mskIamToken } from '../../../src/kafka/credentials/msk-iam-token.ts'

const VARIABLES = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'hunter2' }
const before_ = { ...process.env }
before(() => void Object.assign(process.env, VARIABLES))
after(() => {
  for (const name of Object.keys(VARIABLES)) {
    if (before_[name] === undefined) delete process.env[name]
    else process.env[name] = before_[name]
  }
})

test('a token is a signed URL of the region, with the time of its end', async () => {
  const { token, expiresAt } = await mskIamToken('eu-central-1', 60_000)
  const url = new URL(Buffer.from(token, 'base64url').toString())
  assert.equal(url.origin, 'https://kafka.eu-central-1.amazonaws.com')
  assert.equal(url.searchParams.get('Action'), 'kafka-cluster:Connect')
  assert.match(
    url.searchParams.get('X-Amz-Credential')!,
    /^AKIDEXAMPLE\/\d{8}\/eu-central-1\/kafka-cluster\//,
  )
  assert.equal(url.href.includes('hunter2'), false)
  const signedAt = url.searchParams
    .get('X-Amz-Date')!
    .replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z')
  assert.equal(expiresAt, Date.parse(signedAt) + Number(url.searchParams.get('X-Amz-Expires')) * 1000)
})
