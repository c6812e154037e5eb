import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { waitUntil } from '../harness/wait-until.ts'
import { ended, hangingCommand } from '../kafka/credentials/hanging-command.ts'
import { startReloadable } from './reloadable-exporter.ts'

test('a token command that hangs ends with its cluster', async t => {
  const exporter = await startReloadable(t, dir => {
    const command = JSON.stringify(hangingCommand(join(dir, 'pid')).argv)
    const sasl = `{mechanism: oauthbearer, token_command: ${command}}`
    return `clusters: [{name: a, brokers: ['127.0.0.1:1'], connect_timeout: 5m, sasl: ${sasl}}]`
  })
  const pidFile = join(exporter.dir, 'pid')
  await waitUntil('the command runs', () => existsSync(pidFile))
  exporter.write(`clusters: [{name: b, brokers: ['127.0.0.1:1']}]`)
  await exporter.reload('test')
  await ended(pidFile)
})
