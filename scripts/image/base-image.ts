import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * Stands in for `node:<version>-slim` where there is no container engine. A command of a stage runs with the stage's
 * directory as its root (chroot in a mount namespace of its own), so that every absolute path means the image's. What
 * the base image would bring is this machine's, mounted read-only: /usr with shell, coreutils and libraries, and the
 * node and npm that run this program, in /usr/local as in the image. /etc is made here and knows the user `node`
 * (1000). Writable beside the stage itself are /tmp, which is empty for each command, and npm's cache.
 *
 * What this does not show: that the Node of the base image is as good as this one (run it by that one), that Debian's
 * slim packages suffice, and how the engine limits and signals the container. Processes and network are the machine's.
 */
export class BaseImage {
  readonly #directory: string
  readonly #mounts: readonly Mount[]
  readonly #links: readonly (readonly [path: string, target: string])[]
  readonly env: Readonly<Record<string, string>>

  constructor(directory: string) {
    this.#directory = directory
    const npm = npmSettings()
    this.env = {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...passedOn(),
      npm_config_registry: npm.registry,
      npm_config_update_notifier: 'false',
    }
    this.#writeFiles()
    mkdirSync(npm.cache, { recursive: true })
    const systemFolders = ['bin', 'sbin', 'lib', 'lib32', 'lib64'].filter(name => existsSync(`/${name}`))
    const isLink = (name: string) => lstatSync(`/${name}`).isSymbolicLink()
    this.#links = systemFolders.filter(isLink).map(name => [name, readlinkSync(`/${name}`)])
    const own = (path: string) => join(directory, path)
    this.#mounts = [
      ...['usr', 'dev', 'proc', ...systemFolders.filter(name => !isLink(name))].map(
        (name): Mount => ({ what: `/${name}`, at: name }),
      ),
      { what: own('usr-local'), at: 'usr/local' },
      { what: realpathSync(process.execPath), at: 'usr/local/bin/node' },
      { what: npmDirectory(), at: 'usr/local/lib/node_modules/npm' },
      { what: own('etc'), at: 'etc' },
      ...['/etc/ssl', '/etc/alternatives']
        .filter(path => existsSync(path))
        .map((path): Mount => ({ what: path, at: path.slice(1) })),
      { what: own('root'), at: 'root' },
      { what: npm.cache, at: 'root/.npm', writable: true },
      ...(existsSync(npm.userconfig) ? [{ what: npm.userconfig, at: 'root/.npmrc' }] : []),
      { what: own('home'), at: 'home', writable: true },
      { what: 'tmpfs', at: 'tmp', writable: true },
    ]
  }

  /** The names in a stage's root that are the base's. */
  get topLevel(): readonly string[] {
    return [...this.#links.map(([name]) => name), ...this.#mounts.map(({ at }) => at.split('/')[0]!)]
  }

  /** Makes places to mount on in an empty directory. */
  prepare(root: string): void {
    for (const [name, target] of this.#links) symlinkSync(target, join(root, name))
    for (const { at } of this.#mounts) if (!at.includes('/')) mkdirSync(join(root, at))
  }

  /** A program and its arguments that become the command, without a process between: signals reach it. */
  inside(root: string, as: Surroundings, command: readonly string[]): readonly [string, ...string[]] {
    const variables = Object.entries({ ...this.env, HOME: homeOf(as.user), ...as.env }).map(
      ([name, value]) => `${name}=${value}`,
    )
    const script = [
      'set -e',
      ...this.#mounts.map(({ what, at, writable }) =>
        what === 'tmpfs'
          ? `mount -t tmpfs -o mode=1777 tmpfs ${quoted(join(root, at))}`
          : `mount ${bind(writable)} ${quoted(what)} ${quoted(join(root, at))}`,
      ),
      `cd ${quoted(root)}`,
      'exec chroot "$@"',
    ].join('\n')
    // `env --chdir` rather than a shell: nothing of the command is ever parsed again.
    const entered = ['env', '-i', `--chdir=${as.directory}`, ...variables, ...command]
    return [...namespace(), 'sh', '-c', script, 'image', `--userspec=${as.user}:${as.user}`, root, ...entered]
  }

  /** With it goes what a user of the namespace owns. */
  remove(directory: string): void {
    const [program, ...args] = namespace()
    execFileSync(program, [...args, 'rm', '-rf', directory])
  }

  #writeFiles(): void {
    const own = (path: string) => join(this.#directory, path)
    for (const path of ['usr-local/bin', 'usr-local/lib/node_modules/npm', 'etc', 'root/.npm', 'home/node']) {
      mkdirSync(own(path), { recursive: true })
    }
    // mkdtemp's 0700 must not be what the user `node` meets.
    for (const path of ['', 'usr-local', 'etc', 'home']) chmodSync(own(path), 0o755)
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', own('usr-local/bin/npm'))
    for (const placeToMountOn of ['usr-local/bin/node', 'root/.npmrc']) writeFileSync(own(placeToMountOn), '')
    writeFileSync(own('etc/passwd'), 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n')
    writeFileSync(own('etc/group'), 'root:x:0:\nnode:x:1000:\n')
    for (const name of ['ssl', 'alternatives']) mkdirSync(own(`etc/${name}`))
    for (const name of ['resolv.conf', 'hosts', 'nsswitch.conf', 'ld.so.cache']) {
      if (existsSync(`/etc/${name}`)) copyFileSync(`/etc/${name}`, own(`etc/${name}`))
    }
  }
}

interface Mount {
  readonly what: string
  /** Relative to the stage's root. */
  readonly at: string
  readonly writable?: boolean
}

export interface Surroundings {
  readonly user: string
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
}

/** @throws when the machine does not allow it, saying what is missing. */
export function checkNamespaces(): void {
  const [program, ...args] = namespace()
  try {
    execFileSync(program, [...args, 'true'], { stdio: 'pipe' })
  } catch (error) {
    const why = String((error as { stderr?: unknown }).stderr ?? error).trim()
    throw new Error(
      `the image's steps need Linux and root with CAP_SYS_ADMIN, or user namespaces and newuidmap (Debian: uidmap): ${why}`,
    )
  }
}

const isRoot = process.getuid?.() === 0

function namespace(): readonly [string, ...string[]] {
  return isRoot ? ['unshare', '--mount'] : ['unshare', '--user', '--map-root-user', '--map-auto', '--mount']
}

/** A user namespace may change no flag of a mount nor leave out what is mounted below it; its root owns none of it. */
function bind(writable = false): string {
  return isRoot ? `--bind -o ${writable ? 'rw' : 'ro'}` : '--rbind'
}

function homeOf(user: string): string {
  return user === 'root' ? '/root' : `/home/${user}`
}

function npmSettings(): { cache: string; userconfig: string; registry: string } {
  // npm tells those it starts what it was started with: not part of the settings of this machine.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_config_(local_)?prefix$/.test(name)),
  )
  const get = (name: string) =>
    execFileSync('npm', ['config', 'get', name], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  return {
    cache: get('cache'),
    userconfig: get('userconfig') || join(homedir(), '.npmrc'),
    registry: get('registry'),
  }
}

function npmDirectory(): string {
  const cli =
    process.env.npm_execpath ?? execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim()
  return dirname(dirname(realpathSync(cli)))
}

function passedOn(): Record<string, string> {
  const names = /^(https?_proxy|no_proxy|node_extra_ca_certs)$/i
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => names.test(entry[0])),
  )
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
