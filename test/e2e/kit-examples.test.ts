import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type OwnedProcess, spawnOwned } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')

async function start(example: string): Promise<OwnedProcess & { output(): string }> {
  const owned = await spawnOwned('npm', ['run', '--silent', 'example', example], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [owned.child.stdout, owned.child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  return { ...owned, output: () => output }
}

/** What a line of "Try" says to run. */
function found(output: string, pattern: RegExp): string | undefined {
  return pattern.exec(output)?.[1]
}

for (const example of ['cve-pipeline', 'auto-healing-consumer'])
  test(`${example} starts with one command, is alive and ready, and ends with one signal`, async t => {
    const running = await start(example)
    t.after(() => running.end('SIGTERM', 30_000))
    const url = await waitUntil('it says where to ask', () =>
      found(running.output(), /curl -i (localhost:\d+)\/livez/),
    ).catch(error => assert.fail(`${error}\n${running.output()}`))
    for (const probe of ['livez', 'readyz', 'startupz'])
      await waitUntil(`/${probe} answers 200`, async () => (await fetch(`http://${url}/${probe}`)).ok)
    await waitUntil('it has worked', async () => {
      const page = await (await fetch(`http://${url}/metrics`)).text()
      return /kafka_consumer_client_processed_records_total\{[^}]*\} (?!0\n)\d/.test(page)
    })
    await running.end('SIGTERM', 30_000)
    // npm is gone before what it started, which ends in its own order.
    await waitUntil('the service ends', () => /"msg":"ending"/.test(running.output()))
    const answers = () =>
      fetch(`http://${url}/livez`).then(
        () => true,
        () => false,
      )
    await waitUntil('nobody listens', async () => !(await answers()))
  })

test('exec-probe-worker starts with one command, and its file is touched until it ends', async t => {
  const running = await start('exec-probe-worker')
  t.after(() => running.end('SIGTERM', 30_000))
  const file = await waitUntil('it says which file', () => found(running.output(), /rm (\S+)/))
  await waitUntil('the file is there', () => existsSync(file))
  await running.end('SIGTERM', 30_000)
  await waitUntil('nothing is left behind', () => !existsSync(file))
})
