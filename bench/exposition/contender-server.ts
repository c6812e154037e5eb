import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One way to publish the estate, as the driver sees it: a process with four routes. */
export interface Contender {
  /** Makes the next generation ready to be scraped. */
  next(): void
  metrics(response: ServerResponse, gzip: boolean): void
}

/** Longest time for which no timer could fire, by a heartbeat of 1 ms. */
class LoopWatch {
  #last = performance.now()
  #longest = 0

  constructor() {
    setInterval(() => this.#beat(), 1).unref()
  }

  #beat(): void {
    const now = performance.now()
    this.#longest = Math.max(this.#longest, now - this.#last - 1)
    this.#last = now
  }

  reset(): void {
    this.#last = performance.now()
    this.#longest = 0
  }

  get longestMs(): number {
    return this.#longest
  }
}

export function serve(contender: Contender): void {
  const watch = new LoopWatch()
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    if (url === '/next') {
      const start = performance.now()
      contender.next()
      response.end(String(performance.now() - start))
    } else if (url === '/reset') {
      watch.reset()
      response.end()
    } else if (url === '/block') {
      // A heartbeat that is due comes first.
      setTimeout(() => response.end(String(watch.longestMs)), 5)
    } else {
      response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
      contender.metrics(response, (request.headers['accept-encoding'] ?? '').includes('gzip'))
    }
  })
  server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`))
}

export const groupsFromArguments = (): number => Number(process.argv[2])
