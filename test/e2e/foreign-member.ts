import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { waitUntil } from '../harness/wait-until.ts'

/** A member of a classic group whose protocol type is not "consumer". */
export interface ForeignMember {
  /** Drops the connection; the group keeps the member until its session times out, in ten minutes. */
  close(): void
}

const SESSION_MS = 600_000

/**
 * Joins as a Kafka Connect worker does: protocol type `connect`, an assignment that only Connect can read. Written out
 * by hand because no client lets its user choose the protocol type.
 *
 * @param brokers host:port; the one that coordinates the group is found by trying
 */
export async function joinConnectGroup(brokers: readonly string[], group: string): Promise<ForeignMember> {
  return waitUntil(`${group} is joined`, async () => {
    for (const broker of brokers) {
      const [host, port] = broker.split(':') as [string, string]
      const socket = connect({ host, port: Number(port) })
      try {
        if (await joinAt(socket, group)) return { close: () => socket.destroy() }
      } catch {
        // Another broker, or the same one a little later.
      }
      socket.destroy()
    }
    return false
  })
}

async function joinAt(socket: Socket, group: string): Promise<boolean> {
  const protocols = [int32(1), text('sessioned'), bytes(Buffer.from('worker url'))]
  const joined = await ask(socket, { key: 11, version: 2 }, [
    text(group),
    int32(SESSION_MS),
    int32(SESSION_MS),
    text(''),
    text('connect'),
    ...protocols,
  ])
  // throttle time, error, generation, protocol name, leader, own id
  if (joined.readInt16BE(4) !== 0) return false
  const generation = joined.readInt32BE(6)
  const protocol = textAt(joined, 10)
  const leader = textAt(joined, protocol.end)
  const member = textAt(joined, leader.end)
  const assignments = [int32(1), text(member.value), bytes(Buffer.from([0xff, 0xff, 0xff]))]
  const synced = await ask(socket, { key: 14, version: 0 }, [
    text(group),
    int32(generation),
    text(member.value),
    ...assignments,
  ])
  return synced.readInt16BE(0) === 0
}

/** The body of the answer. */
async function ask(
  socket: Socket,
  { key, version }: { key: number; version: number },
  body: readonly Buffer[],
): Promise<Buffer> {
  const header = Buffer.alloc(8)
  header.writeInt16BE(key, 0)
  header.writeInt16BE(version, 2)
  const frame = Buffer.concat([header, text('connect-worker'), ...body])
  socket.write(Buffer.concat([int32(frame.length), frame]))
  let received = Buffer.alloc(0)
  const signal = AbortSignal.timeout(5_000)
  while (received.length < 4 || received.length < 4 + received.readInt32BE(0)) {
    const [chunk] = (await once(socket, 'data', { signal })) as [Buffer]
    received = Buffer.concat([received, chunk])
  }
  return received.subarray(8)
}

function int32(value: number): Buffer {
  const encoded = Buffer.alloc(4)
  encoded.writeInt32BE(value)
  return encoded
}

function text(value: string): Buffer {
  const encoded = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeInt16BE(encoded.length)
  return Buffer.concat([length, encoded])
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([int32(value.length), value])
}

function textAt(from: Buffer, at: number): { readonly value: string; readonly end: number } {
  const end = at + 2 + from.readInt16BE(at)
  return { value: from.toString('utf8', at + 2, end), end }
}
