import { fork } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import type { MeasuredCommand, MeasuredReport } from './measured-process.ts'

export interface ScrapeReport {
  readonly series: number
  readonly bytes: number
  readonly wallMs: number
}

/** The process that is measured, seen from the process that measures. */
export interface MeasuredChild {
  tell(command: MeasuredCommand): Promise<MeasuredReport>
  close(): Promise<void>
}

export async function startMeasured(
  program: string,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<MeasuredChild> {
  const child = fork(program, args, {
    execArgv: [...execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const next = async () => {
    const ended = exited.then(([code]) => {
      throw new Error(`${program} ended with ${code}`)
    })
    ended.catch(() => {})
    const [message] = await Promise.race([once(child, 'message'), ended])
    return message as MeasuredReport
  }
  await next()
  return {
    tell(command) {
      const answer = next()
      child.send(command)
      return answer
    },
    async close() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

/** Reads a page as a scraper does, plain, and counts its samples without keeping them. */
export async function scrape(url: string): Promise<ScrapeReport> {
  const start = performance.now()
  const asked = request(url, { agent: false })
  asked.end()
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`)
  let bytes = 0
  let series = 0
  let atLineStart = true
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    for (let at = 0; at < chunk.length; ) {
      if (atLineStart && chunk[at] !== HASH) series++
      const end = chunk.indexOf(NEWLINE, at)
      atLineStart = end >= 0
      at = end < 0 ? chunk.length : end + 1
    }
  }
  return { series, bytes, wallMs: performance.now() - start }
}

const HASH = 0x23
const NEWLINE = 0x0a
