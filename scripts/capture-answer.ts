import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type Api, isFlexible } from '../src/kafka/wire/api.ts'

/** Sends one request and writes the answer, without its header, to `<api>-v<version>[-<variant>].hex`. Returns it. */
export async function captureAnswer(
  dir: string,
  port: number,
  api: Api,
  version: number,
  body: Buffer,
  variant = '',
): Promise<Buffer> {
  const answer = await ask(port, api, version, body)
  const hex = answer.toString('hex')
  const name = `${api.name}-v${version}${variant && `-${variant}`}.hex`
  writeFileSync(join(dir, name), `${hex.replace(/.{1,100}/g, '$&\n')}`)
  console.log(name, answer.length)
  return answer
}

export async function ask(port: number, api: Api, version: number, body: Buffer): Promise<Buffer> {
  const header = Buffer.alloc(10)
  header.writeInt16BE(api.key, 0)
  header.writeInt16BE(version, 2)
  header.writeInt32BE(7, 4)
  header.writeInt16BE(-1, 8)
  const tags = Buffer.alloc(isFlexible(api, version) ? 1 : 0)
  const answer = await exchange(port, Buffer.concat([header, tags, body]))
  return answer.subarray(4 + tags.length)
}

function exchange(port: number, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      const size = Buffer.alloc(4)
      size.writeInt32BE(request.length)
      socket.write(Buffer.concat([size, request]))
    })
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')))
    let received = Buffer.alloc(0)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return
      resolve(received.subarray(4))
      socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the broker closed the connection')))
  })
}
