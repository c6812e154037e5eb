import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runTokenCommand } from '../../../src/kafka/credentials/token-command.ts'

const LONG_MS = 60_000
const SECRET = 'hunter2'

test('what it prints is the token; its arguments are its own, without a shell', async () => {
  const { token } = await runTokenCommand(['printf', '%s\n', 'abc'], LONG_MS)
  assert.equal(token, 'abc')
  await assert.rejects(runTokenCommand(['echo', '$HOME'], LONG_MS))
})

for (const [what, argv, timeoutMs, message] of [
  ['that is not there', ['/nonexistent/issue', SECRET], LONG_MS, 'issue cannot be started (no such file)'],
  ['with an argument that is none', ['echo', `${SECRET}\0`], LONG_MS, 'echo cannot be started'],
  ['that fails', ['sh', '-c', `echo ${SECRET} >&2; exit 3`], LONG_MS, 'sh ended with exit code 3'],
  ['that is killed', ['sh', '-c', 'kill -9 $$'], LONG_MS, 'sh was ended by SIGKILL'],
  ['that prints nothing', ['true'], LONG_MS, 'true printed no token (empty, expected a token)'],
  [
    'that prints something else',
    ['echo', `token ${SECRET}`],
    LONG_MS,
    'echo printed no token (holds what no bearer token may hold, expected a token alone)',
  ],
  ['that never ends', ['sh', '-c', `sleep 1000; echo ${SECRET}`], 100, 'sh did not end within 100 ms'],
  ['that prints without end', ['yes', SECRET], LONG_MS, 'yes printed more than 64 KiB'],
] as const) {
  test(`a command ${what}`, async () => {
    const failure = await runTokenCommand(argv, timeoutMs).catch(error => error)
    assert.equal(failure.code, 'CREDENTIALS_UNAVAILABLE')
    assert.equal(failure.message, `sasl.token_command: ${message}`)
    assert.equal(`${failure.stack} ${JSON.stringify(failure)}`.includes(SECRET), false)
  })
}
