import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { carryOut, type Image } from '../../scripts/image/carry-out.ts'
import { type SimulatedCluster, startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import { freePort } from '../harness/free-port.ts'
import { type OwnedProcess, ownDirectory, spawnOwned } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { scrape } from './metrics-text.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')
const STATE_FILE = '/var/lib/kafka-health-exporter/state.json'

let image: Image
let cluster: SimulatedCluster
let exporter: OwnedProcess | undefined
let address: string

before(async () => {
  image = await carryOut(REPOSITORY, ownDirectory('image'), line => console.log(line))
  cluster = await startSimulatedCluster({ brokers: 1, topics: [{ name: 'orders', partitions: 2 }] })
  address = `127.0.0.1:${await freePort()}`
})
after(async () => {
  await exporter?.end()
  await cluster?.close()
  image?.remove()
})

test('the final stage holds what the program runs on, and nothing else', () => {
  const files = image.topLevel.flatMap(name => filesBelow(image.root, name))
  const bytes = files.reduce((sum, file) => sum + lstatSync(join(image.root, file)).size, 0)
  console.log(`the image adds ${(bytes / 2 ** 20).toFixed(1)} MiB in ${files.length} files to its base`)

  assert.deepEqual(image.topLevel, ['app', 'var'])
  assert.deepEqual(readdirSync(join(image.root, 'app')), ['LICENSE', 'dist', 'node_modules', 'package.json'])
  assert.deepEqual(
    files.filter(file => file.startsWith('var/')),
    [],
  )
  assert.ok(files.includes('app/dist/main.js'))
  assert.deepEqual(
    files.filter(file => file.startsWith('app/dist/') && (!file.endsWith('.js') || file.includes('test'))),
    [],
    'only what tsc makes of src',
  )
  assert.ok(bytes < 60 * 2 ** 20, `${bytes} bytes`)
})

test('of the lockfile it has every dependency of the program and none of its development', () => {
  const { packages } = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>
  }
  const locked = Object.entries(packages).filter(([path]) => path !== '')
  const isInstalled = ([path]: readonly [string, unknown]) =>
    existsSync(join(image.root, 'app', path, 'package.json'))
  const needed = locked.filter(([, { dev, optional }]) => !dev && !optional)
  const development = locked.filter(([, { dev }]) => dev)

  assert.deepEqual(development.filter(isInstalled), [])
  assert.deepEqual(
    needed.filter(entry => !isInstalled(entry)),
    [],
  )
  assert.ok(needed.length > 20 && development.length > 20, 'the lockfile has both')
})

test('the entry point serves as a user without privileges and keeps its state', async () => {
  const [program, ...args] = image.command([
    ...image.entrypoint,
    `--kafka.brokers=${cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',')}`,
    `--web.listen-address=${address}`,
    `--state.file=${STATE_FILE}`,
    '--poll.interval=1s',
  ])
  exporter = await spawnOwned(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })

  const metrics = await waitUntil('kafka_up 1 at /metrics', async () => {
    const asked = await scrape(`http://${address}`)
    return asked.value('kafka_up') === 1 && asked
  })
  assert.equal(metrics.value('kafka_topic_partitions', { topic: 'orders' }), 2)

  const [real, effective] = /^Uid:\s+(\d+)\s+(\d+)/m
    .exec(readFileSync(`/proc/${exporter.pid}/status`, 'utf8'))!
    .slice(1)
  assert.notEqual(real, '0')
  assert.equal(effective, real)
  const state = await waitUntil('the state file', () => {
    const file = join(image.root, STATE_FILE)
    return existsSync(file) && lstatSync(file)
  })
  assert.equal(String(state.uid), real)
})

test('the health check follows the program, which ends at SIGTERM with exit code 0', async () => {
  assert.equal(image.healthcheck.at(-1), 'healthcheck')
  const check = () => run(image.command([...image.healthcheck, `http://${address}/-/healthy`]))
  assert.deepEqual(await check(), { code: 0, output: `healthy: http://${address}/-/healthy\n` })

  await exporter!.end('SIGTERM')
  assert.deepEqual(await exporter!.exited, { code: 0, signal: null })
  const { code, output } = await check()
  assert.equal(code, 1)
  assert.match(output, /^unhealthy: http:\/\/127\.0\.0\.1:\d+\/-\/healthy: /)
})

test('the port exposed is the one that the program and its health check take by themselves', async () => {
  assert.deepEqual(image.ports, [9308])
  const { output } = await run(image.command([...image.healthcheck, '--help']))
  assert.match(output, /http:\/\/127\.0\.0\.1:9308\/-\/healthy/)
})

test('the program cannot write to its own code', async () => {
  const { code, output } = await run(image.command(['touch', '/app/dist/main.js']))
  assert.equal(code, 1)
  assert.match(output, /Permission denied/)
})

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? filesBelow(root, join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

async function run([program, ...args]: readonly [string, ...string[]]): Promise<{
  readonly code: number | null
  readonly output: string
}> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}
