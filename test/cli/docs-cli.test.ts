import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Command } from 'commander'
import { addLagFlags, type LagFlags, runLag } from '../../src/cli/lag.ts'
import { estateOf, fakeCluster } from '../fakes/estate.ts'
import { incidentSnapshot } from '../fakes/incident.ts'
import { recordedIo } from '../harness/cli-io.ts'
import { serveApp } from '../harness/http-app.ts'

const PAGE = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')

const tables = [
  ...PAGE.matchAll(/```console\n\$ kafka-health-exporter lag ?([^\n|]*)\n([^`]*?GROUP[^`]*)```/g),
].map(([, flags = '', output = '']) => ({
  flags: flags.replaceAll("'", '').split(' ').filter(Boolean),
  output,
}))

for (const { flags, output } of tables) {
  test(`the example of lag ${flags.join(' ')} is what it prints`, async () => {
    await using app = await serveApp({ estate: estateOf([fakeCluster(null, incidentSnapshot())]) })
    const io = recordedIo()
    assert.equal(await runLag({ url: app.url, ...parsed(flags) }, io), 0)
    assert.equal(output, io.out())
  })
}

test('every table of lag has been compared', () => {
  assert.equal(tables.length, 3)
})

test('every flag of lag is told of', () => {
  const flags = addLagFlags(new Command()).options.map(option => option.long)
  assert.ok(flags.includes('--watch'))
  assert.deepEqual(
    flags.filter(flag => !new RegExp(`^\\| \`${flag}[=\`]`, 'm').test(PAGE)),
    [],
  )
})

test('every field of the JSON report is told of', async () => {
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, incidentSnapshot())]) })
  const io = recordedIo()
  await runLag({ url: app.url, output: 'json' }, io)
  assert.deepEqual(
    Object.keys(JSON.parse(io.out())).filter(field => !new RegExp(`^\\| \`${field}[[\`]`, 'm').test(PAGE)),
    [],
  )
})

/** What the command line makes of the flags; brokers stand for a poll of the cluster itself. */
function parsed(flags: readonly string[]) {
  const isDirect = flags.some(flag => flag.startsWith('--kafka.brokers='))
  const direct = { pollOnce: async () => incidentSnapshot(), intervalMs: 15_000 }
  const own = flags.filter(flag => !flag.startsWith('--kafka.'))
  const command = addLagFlags(new Command()).parse(own, { from: 'user' })
  return { ...command.opts<LagFlags>(), ...(isDirect && { direct }) }
}
