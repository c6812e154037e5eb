import { connect } from 'node:net'

/**
 * One request over its own connection, read as bytes and thrown away: the client must not be what is measured.
 * @returns milliseconds until the last byte, and the bytes on the wire
 */
export function scrape(
  port: number,
  path: string,
  gzip: boolean,
): Promise<{ readonly ms: number; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    let bytes = 0
    let head = ''
    let tail = Buffer.alloc(0)
    const socket = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: Buffer.alloc(1 << 20),
        callback(count, buffer) {
          if (head.length < 16) head += Buffer.from(buffer.subarray(0, count)).toString('latin1', 0, 16)
          bytes += count
          tail = Buffer.from(buffer.subarray(Math.max(0, count - 7), count))
          return true
        },
      },
    })
    socket.on('error', reject)
    socket.on('end', () => {
      if (!head.startsWith('HTTP/1.1 200')) reject(new Error(`${path}: ${head}`))
      else if (path === '/metrics' && !tail.toString('latin1').endsWith('0\r\n\r\n') && gzip) {
        reject(new Error(`${path}: cut off`))
      } else resolve({ ms: performance.now() - start, bytes })
    })
    const encoding = gzip ? 'Accept-Encoding: gzip\r\n' : ''
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${encoding}\r\n`)
  })
}
