import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { ownDirectory, spawnOwned } from './owned-process.ts'
import { waitUntil } from './wait-until.ts'

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const program = `
import { ownDirectory, spawnOwned } from ${JSON.stringify(join(import.meta.dirname, 'owned-process.ts'))}
const directory = ownDirectory('test')
spawnOwned('sleep', ['600']).then(({ pid }) => console.log(JSON.stringify({ pid, directory })))
setInterval(() => {}, 1_000)
`

for (const signal of ['SIGKILL', 'SIGINT'] as const) {
  test(`after ${signal} of their owner neither process nor directory is left`, async t => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
    const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => owner.kill('SIGKILL'))
    const [line] = await new Promise<string[]>(resolve =>
      createInterface({ input: owner.stdout }).once('line', (...lines) => resolve(lines)),
    )
    const owned = JSON.parse(line!) as { pid: number; directory: string }
    assert.equal(isAlive(owned.pid), true)
    assert.equal(existsSync(owned.directory), true)
    owner.kill(signal)
    await waitUntil('the owned process is gone', () => !isAlive(owned.pid))
    await waitUntil('the directory is gone', () => !existsSync(dirname(owned.directory)))
  })
}

test('a process that ignores the signal is killed when its grace is over', async () => {
  const directory = ownDirectory('test')
  const script = 'trap "" TERM; touch ready; while :; do sleep 0.1; done'
  const stubborn = await spawnOwned('sh', ['-c', script], { cwd: directory })
  await waitUntil('the trap is set', () => existsSync(join(directory, 'ready')))
  await stubborn.end('SIGTERM', 50)
  assert.deepEqual(await stubborn.exited, { code: null, signal: 'SIGKILL' })
  assert.equal(stubborn.signal('SIGTERM'), false)
})

test('a program that is not there is an error with its name', async () => {
  await assert.rejects(spawnOwned('no-such-program', []), { message: 'no-such-program cannot be started' })
})
