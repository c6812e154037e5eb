/** Serves an estate as an exporter would: `node exporter.ts '{"size": …, "families": [names] or null}'`. Prints its port. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type EstateSize, estate } from './estate.ts'

const { size, families } = JSON.parse(process.argv[2] as string) as {
  size: EstateSize
  families: readonly string[] | null
}
const series = estate(size, families)
const SLICE = 20_000
const server = createServer(async (_request, response) => {
  const now = Date.now() / 1000
  const scrape = Math.floor(now / 30)
  response.setHeader('content-type', 'text/plain; version=0.0.4')
  for (let from = 0; from < series.length; from += SLICE) {
    let text = ''
    for (let i = from; i < Math.min(from + SLICE, series.length); i++) {
      const { head, value } = series[i] as (typeof series)[number]
      text += `${head}${value(scrape, now)}\n`
    }
    if (!response.write(text)) await new Promise(resolve => response.once('drain', resolve))
  }
  response.end()
})
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }))
})
