/** Metadata, FindCoordinator and DescribeCluster: the answers that say where brokers are. */
const APIS_WITH_ADDRESSES: ReadonlySet<number> = new Set([3, 10, 60])
const BROKER_HOST = Buffer.from('127.0.0.1')

/**
 * Puts `host` in the place of 127.0.0.1 wherever it stands before one of the ports in an answer. In every version of
 * the protocol the port, four bytes, comes right behind the host; of equal length, the rest stays where it is.
 */
export function readdress(answer: Buffer, api: number, host: string, ports: readonly number[]): void {
  if (!APIS_WITH_ADDRESSES.has(api)) return
  if (host.length !== BROKER_HOST.length) throw new Error(`${host} is not as long as ${BROKER_HOST}`)
  for (let at = answer.indexOf(BROKER_HOST); at >= 0; at = answer.indexOf(BROKER_HOST, at + 1)) {
    const end = at + BROKER_HOST.length
    if (end + 4 <= answer.length && ports.includes(answer.readInt32BE(end))) answer.write(host, at, 'latin1')
  }
}
