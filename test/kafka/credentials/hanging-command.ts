import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Writes its process id, once it runs, and then nothing. */
export function hangingCommand(pidFile: string) {
  const script = `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; sleep 1000`
  return { argv: ['sh', '-c', script], pidFile }
}

/** Resolves once it runs no more, be it that nobody has asked for its end. */
export async function ended(pidFile: string): Promise<void> {
  const pid = readFileSync(pidFile, 'utf8').trim()
  const isRunning = () => {
    try {
      return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return false
    }
  }
  while (isRunning()) await pause(5)
}
