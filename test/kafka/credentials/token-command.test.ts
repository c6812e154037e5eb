import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { runTokenCommand } from '../../../src/kafka/credentials/token-command.ts'
import { ended, hangingCommand } from './hanging-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'token-command-'))
after(() => rmSync(folder, { recursive: true }))

const LONG_MS = 60_000
const OPEN = new AbortController().signal
const SECRET = 'hunter2'

test('what it prints is the token; its arguments are its own, without a shell', async () => {
  const { token } = await runTokenCommand(['printf', '%s\n', 'abc'], LONG_MS, OPEN)
  assert.equal(token, 'abc')
  await assert.rejects(runTokenCommand(['echo', '$HOME'], LONG_MS, OPEN))
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
    const failure = await runTokenCommand(argv, timeoutMs, OPEN).catch(error => error)
    assert.equal(failure.code, 'CREDENTIALS_UNAVAILABLE')
    assert.equal(failure.message, `sasl.token_command: ${message}`)
    assert.equal(`${failure.stack} ${JSON.stringify(failure)}`.includes(SECRET), false)
  })
}

test('a command that hangs ends when it is needed no more, and none is started after that', async () => {
  const closing = new AbortController()
  const { argv, pidFile } = hangingCommand(join(folder, 'closed'))
  const failure = runTokenCommand(argv, LONG_MS, closing.signal).catch(error => error)
  while (!existsSync(pidFile)) await pause(5)
  closing.abort()
  const said = 'sasl.token_command: sh is not waited for: this side was shut down'
  assert.equal((await failure).message, said)
  await ended(pidFile)
  await assert.rejects(runTokenCommand(argv, LONG_MS, closing.signal), { message: said })
})

test('a command that hangs ends with this process', async () => {
  const { argv, pidFile } = hangingCommand(join(folder, 'exited'))
  const source = new URL('../../../src/kafka/credentials/token-command.ts', import.meta.url)
  const script = `
    const { existsSync } = await import('node:fs')
    const { runTokenCommand } = await import(${JSON.stringify(source)})
    runTokenCommand(${JSON.stringify(argv)}, ${LONG_MS}, new AbortController().signal).catch(() => {})
    setInterval(() => existsSync(${JSON.stringify(pidFile)}) && process.exit(3), 5)
  `
  const { status } = spawnSync(process.execPath, [...process.execArgv, '--input-type=module', '-e', script])
  assert.equal(status, 3)
  await ended(pidFile)
})
