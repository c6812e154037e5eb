import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { test } from 'node:test'
import { waitUntil } from '../harness/wait-until.ts'
import type { Samples } from './exposition-text.ts'
import { brokerUp, inSync, report, type World } from './world.ts'

const CYCLES = 10

/** What this process holds open, the exporter in it. */
interface Handles {
  readonly fileDescriptors: number
  /** Established connections to a port of a broker. */
  readonly toBrokers: number
  readonly resources: Readonly<Record<string, number>>
}

export function registerFaultCycles(world: () => World): void {
  test(`${CYCLES} cycles of stopping one broker and killing another, and of their return, leave nothing open`, async t => {
    const { kafka, exporter } = world()
    const rejections: unknown[] = []
    const note = (reason: unknown) => void rejections.push(reason)
    process.on('unhandledRejection', note)
    t.after(() => process.off('unhandledRejection', note))
    const ports = kafka.brokers.map(broker => Number(broker.split(':')[1]))
    await inSync(world())
    const observed = exporter.observe()
    const before = await atRest(world(), ports)
    assert.equal(before.toBrokers, 3, 'one connection to each broker')

    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const [hung, dead] = [kafka.broker((cycle % 3) + 1), kafka.broker(((cycle + 1) % 3) + 1)]
      const areUp = (up: 0 | 1) => (samples: Samples) =>
        [hung, dead].every(broker => brokerUp(samples)[broker.id] === up)
      hung.stop()
      await dead.kill()
      await exporter.until(`cycle ${cycle}: both are down`, areUp(0))
      hung.cont()
      await dead.restart()
      await exporter.until(`cycle ${cycle}: both are back`, areUp(1))
    }
    await inSync(world())
    let after: Handles | undefined
    await waitUntil('as much is open as before', async () => {
      after = await atRest(world(), ports)
      return JSON.stringify(after) === JSON.stringify(before)
    }).catch(() => {})
    assert.deepEqual(after, before)
    assert.deepEqual(rejections, [])
    assert.deepEqual(observed.broken, [])
    report(t, observed)
  })
}

/** Between two scrapes and between two polls, as far as can be told from outside. */
async function atRest({ exporter }: World, ports: readonly number[]): Promise<Handles> {
  await exporter.nextPoll()
  await exporter.rest()
  // A connection of the last scrape may be closing still.
  await new Promise(resume => setImmediate(resume))
  const handles = openHandles(ports)
  exporter.resume()
  return handles
}

function openHandles(ports: readonly number[]): Handles {
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo().sort()) resources[kind] = (resources[kind] ?? 0) + 1
  const descriptors = readdirSync('/proc/self/fd')
  const inodes = new Set(descriptors.flatMap(fd => /^socket:\[(\d+)\]$/.exec(linkOf(fd))?.[1] ?? []))
  return { fileDescriptors: descriptors.length, toBrokers: connectionsTo(ports, inodes), resources }
}

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    // That of the directory itself, closed by now.
    return ''
  }
}

/** proc(5): `sl local_address rem_address st … inode`, addresses as HEX:PORT. */
function connectionsTo(ports: readonly number[], inodes: ReadonlySet<string>): number {
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file =>
    readFileSync(file, 'utf8').split('\n').slice(1),
  )
  return lines.filter(line => {
    const [, , remote = '', , , , , , , inode = ''] = line.trim().split(/\s+/)
    return ports.includes(Number.parseInt(remote.split(':')[1] ?? '', 16)) && inodes.has(inode)
  }).length
}
