import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type OwnedProcess, ownDirectory, removeOwnDirectory, spawnOwned } from './owned-process.ts'
import { findProgram } from './prometheus.ts'
import { waitUntil } from './wait-until.ts'

export interface Redis {
  /** redis://127.0.0.1:PORT, without a password, the same after every start. */
  readonly url: string
  readonly port: number
  /** Ends it at once, connections and data included; resolves when nobody listens any more. */
  stop(): Promise<void>
  /** On the same port, empty; resolves when it answers. */
  start(): Promise<void>
  /** SIGSTOP: connections stay, and nothing is answered. */
  freeze(): void
  thaw(): void
  /** Sends one command in words and gives the first line of the answer. */
  ask(...words: string[]): Promise<string>
  /** The whole answer of a command that is answered by one text. */
  askAll(...words: string[]): Promise<string>
  close(): Promise<void>
}

export interface RedisOptions {
  readonly password?: string
  /** PEM files; then it speaks TLS alone, and wants no client certificate. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly caFile: string }
  /** A cluster of this one node, which has all slots. */
  readonly isCluster?: boolean
}

/** A real Redis on a free loopback port, in memory alone. */
export async function startRedis({ password, tls, isCluster = false }: RedisOptions = {}): Promise<Redis> {
  const program = findProgram('redis-server')
  if (!program) throw new Error('redis-server is not installed: npm run setup')
  const home = ownDirectory('redis')
  const port = await freePort()
  const logFile = join(home, 'log')
  const settings: Record<string, string> = {
    ...(tls
      ? { port: '0', 'tls-port': String(port), 'tls-cert-file': tls.certFile, 'tls-key-file': tls.keyFile }
      : { port: String(port) }),
    ...(tls && { 'tls-ca-cert-file': tls.caFile, 'tls-auth-clients': 'no' }),
    ...(password !== undefined && { requirepass: password }),
    // Its bus has a port of its own; by itself that of the clients and 10,000, which may be above all ports.
    ...(isCluster && {
      'cluster-enabled': 'yes',
      'cluster-port': String(await freePort()),
      // Alone it has met nobody who could tell it.
      'cluster-announce-ip': '127.0.0.1',
    }),
    bind: '127.0.0.1',
    dir: home,
    save: '',
    appendonly: 'no',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  let server: OwnedProcess | undefined
  const isRunning = () => server?.child.exitCode === null && server.child.signalCode === null

  const login = password === undefined ? [] : [['AUTH', password]]
  const ask = async (...words: string[]) => (await answersOf(port, [...login, words])).at(-1) ?? ''

  const start = async () => {
    if (isRunning()) return
    const log = openSync(logFile, 'a')
    try {
      server = await spawnOwned(program, args, { cwd: home, stdio: ['ignore', log, log] })
    } finally {
      closeSync(log)
    }
    await waitUntil('Redis answers', async () => {
      if (!isRunning()) throw new Error(`Redis ended: ${readFileSync(logFile, 'utf8').trim()}`)
      return tls ? readFileSync(logFile, 'utf8').includes('Ready to accept') : (await ask('PING')) === '+PONG'
    })
    if (!isCluster) return
    await ask('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await waitUntil('the cluster is whole', async () => (await ask('CLUSTER', 'INFO')).includes('state:ok'))
  }

  await start()
  return {
    url: `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    port,
    stop: async () => server?.end('SIGKILL'),
    start,
    freeze: () => server?.signal('SIGSTOP'),
    thaw: () => server?.signal('SIGCONT'),
    ask: async (...words) => (await ask(...words)).split('\r\n', 1)[0] ?? '',
    askAll: async (...words) => (await ask(...words)).replace(/^\$\d+\r\n/, ''),
    async close() {
      await server?.end('SIGKILL')
      await removeOwnDirectory(home)
    },
  }
}

/** A real Sentinel that knows the master `alerts`, at this port. */
export async function startSentinel(masterPort: number): Promise<{ port: number; close(): Promise<void> }> {
  const program = findProgram('redis-server')
  if (!program) throw new Error('redis-server is not installed: npm run setup')
  const home = ownDirectory('sentinel')
  const port = await freePort()
  const file = join(home, 'sentinel.conf')
  const lines = [`port ${port}`, 'bind 127.0.0.1', `sentinel monitor alerts 127.0.0.1 ${masterPort} 1`]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const sentinel = await spawnOwned(program, [file, '--sentinel'], { cwd: home, stdio: 'ignore' })
  await waitUntil(
    'Sentinel answers',
    async () => (await answersOf(port, [['PING']]).catch(() => []))[0] === '+PONG',
  )
  return {
    port,
    async close() {
      await sentinel.end('SIGKILL')
      await removeOwnDirectory(home)
    },
  }
}

/** The answers to commands, each a line, or a line that says how many bytes of text follow. */
function answersOf(port: number, commands: readonly (readonly string[])[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let text = ''
    socket.setTimeout(10_000, () => socket.destroy(new Error('Redis does not answer')))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('Redis closed the connection')))
    socket.setEncoding('latin1').on('data', chunk => {
      text += chunk
      const answers = wholeAnswers(text)
      if (answers.length < commands.length) return
      socket.destroy()
      resolve(answers)
    })
    for (const words of commands) {
      const parts = words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
      socket.write(`*${words.length}\r\n${parts.join('')}`)
    }
  })
}

function wholeAnswers(text: string): string[] {
  const answers: string[] = []
  let from = 0
  for (;;) {
    const line = /^([^\r]*)\r\n/.exec(text.slice(from))?.[1]
    if (line === undefined) return answers
    const more = /^\$(\d+)$/.exec(line)?.[1]
    const length = line.length + (more === undefined ? 0 : 2 + Number(more))
    if (text.length < from + length + 2) return answers
    answers.push(text.slice(from, from + length))
    from += length + 2
  }
}
