import { connect } from 'node:net'

/**
 * The ids of the brokers that this one lists as alive (Metadata v4, no topics), asked over a connection of its own.
 * Written out by hand so that the harness agrees with no client that it is used to test.
 */
export function askMetadata(port: number, timeoutMs = 2_000): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    const deadline = setTimeout(
      () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
    let received = Buffer.alloc(0)
    socket.on('connect', () => socket.write(request()))
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return
      try {
        resolve(brokerIds(received))
      } catch (error) {
        reject(error)
      }
      socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(deadline)
      reject(new Error('connection closed without an answer'))
    })
  })
}

function request(): Buffer {
  const bytes = Buffer.alloc(4 + 2 + 2 + 4 + 2 + 4 + 1)
  bytes.writeInt32BE(bytes.length - 4, 0)
  bytes.writeInt16BE(3, 4) // Metadata
  bytes.writeInt16BE(4, 6) // version
  bytes.writeInt32BE(1, 8) // correlation id
  bytes.writeInt16BE(-1, 12) // no client id
  bytes.writeInt32BE(0, 14) // no topics
  return bytes // and do not create any
}

function brokerIds(bytes: Buffer): number[] {
  const ids: number[] = []
  let at = 4 + 4 + 4 // size, correlation id, throttle time
  const count = bytes.readInt32BE(at)
  at += 4
  for (let i = 0; i < count; i++) {
    ids.push(bytes.readInt32BE(at))
    at += 4
    at += 2 + bytes.readInt16BE(at) // host
    at += 4 // port
    at += 2 + Math.max(0, bytes.readInt16BE(at)) // rack
  }
  return ids.sort((a, b) => a - b)
}
