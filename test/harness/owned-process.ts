import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'

/** A child in a process group of its own that never outlives this process, however this process ends. */
export interface OwnedProcess {
  readonly pid: number
  readonly child: ChildProcess
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Sends a signal to the whole group; false when it is gone already. */
  signal(name: NodeJS.Signals): boolean
  /** Sends a signal and waits for the end; after `graceMs` the group is killed. */
  end(name?: NodeJS.Signals, graceMs?: number): Promise<void>
}

/**
 * Reads "+ SIGNAL PID" and "- SIGNAL PID" lines until its input ends, which happens when its parent is gone for
 * whatever reason, SIGKILL included; then ends what is still listed and removes the directory. Exit handlers in
 * the parent cannot do this: none of them runs after SIGKILL, and a signal handler would change what Ctrl-C does.
 */
const reaperScript = `
root=$1; list=
while read -r verb signal pid; do
  kept=
  for entry in $list; do [ "$entry" = "$signal:$pid" ] || kept="$kept $entry"; done
  list=$kept
  [ "$verb" = + ] && list="$list $signal:$pid"
done
[ -n "$list" ] && for entry in $list; do kill -s "\${entry%%:*}" -- "-\${entry##*:}" 2>/dev/null; done
case $list in *QUIT:*) sleep 1;; esac
for entry in $list; do kill -s KILL -- "-\${entry##*:}" 2>/dev/null; done
for attempt in 1 2 3 4 5; do rm -rf "$root" && break; sleep 0.2; done
`

let reaper: { readonly root: string; readonly stdin: Writable } | undefined

function startReaper(): { readonly root: string; readonly stdin: Writable } {
  if (reaper) return reaper
  const root = mkdtempSync(join(tmpdir(), 'kafka-health-exporter-'))
  // Postgres gives up root and must still reach its directory below.
  chmodSync(root, 0o711)
  const child = spawn('sh', ['-c', reaperScript, 'reaper', root], {
    // A group of its own: Ctrl-C in a terminal must not end it before its parent.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.unref()
  ;(child.stdin as unknown as { unref(): void }).unref()
  // A reaper that is gone must not fail the test that is being reaped for.
  child.stdin.on('error', () => {})
  reaper = { root, stdin: child.stdin }
  return reaper
}

/** A new directory below the temporary folder, removed with this process at the latest. */
export function ownDirectory(name: string): string {
  return mkdtempSync(join(startReaper().root, `${name}-`))
}

export async function removeOwnDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}

/** `abandonSignal` is what the group gets when this process ends without having ended it. */
export function spawnOwned(
  command: string,
  args: readonly string[],
  options: Omit<SpawnOptions, 'detached'> & { readonly abandonSignal?: 'KILL' | 'QUIT' } = {},
): Promise<OwnedProcess> {
  const { abandonSignal = 'KILL', ...spawnOptions } = options
  const { stdin } = startReaper()
  const child = spawn(command, args, { ...spawnOptions, detached: true })
  return new Promise((resolve, reject) => {
    child.once('error', cause => reject(new Error(`${command} cannot be started`, { cause })))
    child.once('spawn', () => {
      const pid = child.pid!
      stdin.write(`+ ${abandonSignal} ${pid}\n`)
      const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(settle => {
        child.once('exit', (code, signal) => {
          stdin.write(`- ${abandonSignal} ${pid}\n`)
          settle({ code, signal })
        })
      })
      // A test that forgot to close what it opened should end, and be reaped, rather than hang.
      child.unref()
      resolve(own(child, pid, exited))
    })
  })
}

function own(child: ChildProcess, pid: number, exited: OwnedProcess['exited']): OwnedProcess {
  const gone = () => child.exitCode !== null || child.signalCode !== null
  const signal = (name: NodeJS.Signals) => {
    if (gone()) return false
    try {
      return process.kill(-pid, name)
    } catch {
      return false
    }
  }
  const end = async (name: NodeJS.Signals = 'SIGKILL', graceMs = 10_000) => {
    if (gone()) return
    child.ref()
    signal(name)
    const force = setTimeout(() => signal('SIGKILL'), graceMs)
    await exited
    clearTimeout(force)
  }
  return { pid, child, exited, signal, end }
}
