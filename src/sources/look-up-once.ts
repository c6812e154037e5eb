import dns from 'node:dns'
import type { LookupFunction } from 'node:net'

type Done = Parameters<LookupFunction>[2]

const underWay = new Map<string, Done[]>()

/**
 * Looks a host up as `dns.lookup` does, but once at a time for each: whoever asks meanwhile has the same answer. Node has
 * a few threads for that, and a name whose look-up takes longer than a check would hold one more with every check.
 */
export const lookUpOnce: LookupFunction = (host, options, done) => {
  const key = JSON.stringify([host, options])
  const joined = underWay.get(key)
  if (joined !== undefined) {
    joined.push(done)
    return
  }
  const waiting = [done]
  dns.lookup(host, options, (...answer: Parameters<Done>) => {
    underWay.delete(key)
    for (const each of waiting) each(...answer)
  })
  underWay.set(key, waiting)
}
