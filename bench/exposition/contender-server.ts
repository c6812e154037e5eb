import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One way to publish the estate, as the driver sees it: a process with four routes. */
export interface Contender {
  /** Makes the next generation ready to be scraped. */
  next(): void
  metrics(response: ServerResponse, gzip: boolean): void
}

/** The longest times between two beats of 1 ms, in which no timer could fire. */
export interface LongestBlock {
  readonly wallMs: number
  /** By the main thread's own time on a processor, to within the scheduler's tick of up to 4 ms. */
  readonly onCpuMs: number
}

class LoopWatch {
  #last = performance.now()
  #lastRan = mainThreadMs()
  #wallMs = 0
  #onCpuMs = 0

  constructor() {
    setInterval(() => this.#beat(), 1).unref()
  }

  #beat(): void {
    const now = performance.now()
    const ran = mainThreadMs()
    this.#wallMs = Math.max(this.#wallMs, now - this.#last - 1)
    this.#onCpuMs = Math.max(this.#onCpuMs, ran - this.#lastRan)
    this.#last = now
    this.#lastRan = ran
  }

  reset(): void {
    this.#beat()
    this.#wallMs = 0
    this.#onCpuMs = 0
  }

  get longest(): LongestBlock {
    return { wallMs: this.#wallMs, onCpuMs: this.#onCpuMs }
  }
}

/** Milliseconds that the main thread has run, by the Linux scheduler. */
function mainThreadMs(): number {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6
}

export function serve(contender: Contender): void {
  const watch = new LoopWatch()
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    if (url === '/next') {
      const start = performance.now()
      contender.next()
      response.end(JSON.stringify(performance.now() - start))
    } else if (url === '/reset') {
      watch.reset()
      response.end('null')
    } else if (url === '/block') {
      // A heartbeat that is due comes first.
      setTimeout(() => response.end(JSON.stringify(watch.longest)), 5)
    } else {
      response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
      contender.metrics(response, (request.headers['accept-encoding'] ?? '').includes('gzip'))
    }
  })
  server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`))
}

export const groupsFromArguments = (): number => Number(process.argv[2])
