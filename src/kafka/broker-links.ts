import { ExporterError, type FailureCode, messageOf } from '../errors.ts'
import { askAny } from './any-broker.ts'
import { addressOf, type Connector, type Endpoint } from './broker-connection.ts'
import { Link, type LinkOptions } from './link.ts'
import {
  type ApiRequest,
  type ApiVersions,
  type NodeAddress,
  type Transport,
  TransportError,
} from './transport.ts'

export interface BrokerLinksOptions extends LinkOptions {
  readonly seeds: readonly Endpoint[]
  /** How long sendAny waits for one broker before it asks another one as well. */
  readonly hedgeMs: number
}

/**
 * The node table over links. Links belong to addresses and node ids point at them, so that brokers may swap
 * addresses, return under another id, or advertise something else than the seed's name.
 */
export function openBrokerLinks(
  options: BrokerLinksOptions,
  connect: Connector,
): Omit<Transport, 'openSockets'> {
  const links = new Map<string, Link>()
  const seeds = new Set(options.seeds.map(addressOf))
  let nodes = new Map<number, string>()
  let closed: TransportError | null = null

  const linkTo = (endpoint: Endpoint): Link => {
    const address = addressOf(endpoint)
    let link = links.get(address)
    if (link === undefined) {
      link = new Link(endpoint, connect, options)
      links.set(address, link)
    }
    return link
  }

  const linkOf = (node: number): Link => {
    if (closed !== null) throw closed
    const link = links.get(nodes.get(node) ?? '')
    if (link !== undefined) return link
    throw new TransportError('UNKNOWN_BROKER', `node ${node}`, 'not in the metadata of the cluster', {
      canRetry: true,
    })
  }

  for (const seed of options.seeds) linkTo(seed)

  return {
    setNodes(table: readonly NodeAddress[]): void {
      if (closed !== null) return
      nodes = new Map(table.map(node => [node.id, linkTo(node).address]))
      const known = new Set(nodes.values())
      for (const [address, link] of links) {
        if (known.has(address)) continue
        if (seeds.has(address)) {
          // A seed that no broker advertises is for finding the others: no connection is kept to it meanwhile.
          if (known.size > 0) link.release()
          continue
        }
        links.delete(address)
        link.close(new TransportError('UNKNOWN_BROKER', address, 'has left the cluster', { canRetry: true }))
      }
    },

    async versions(node: number) {
      return linkOf(node).versions()
    },

    async send(node: number, request: ApiRequest) {
      return linkOf(node).send(request)
    },

    async sendAny(build: (versions: ApiVersions) => ApiRequest) {
      if (closed !== null) throw closed
      const known = new Set(nodes.values())
      return askAny(
        inOrderOfPromise([...links.values()], known, options.random),
        async link => {
          const request = buildFor(link.address, build, await link.versions())
          return { ...(await link.send(request)), address: link.address }
        },
        { hedgeMs: options.hedgeMs, deadlineMs: options.connectTimeoutMs + options.requestTimeoutMs },
      )
    },

    async close() {
      closed ??= new TransportError('CLOSED', [...seeds].join(','), 'the transport was closed')
      nodes.clear()
      for (const link of links.values()) link.close(closed)
      links.clear()
    },
  }
}

/** Open and idle first, then advertised addresses, then seeds, then those that failed; equals in random order. */
function inOrderOfPromise(links: readonly Link[], known: ReadonlySet<string>, random: () => number): Link[] {
  const ranked = links.map(link => ({
    link,
    keys: [link.failures, link.isOpen ? 0 : 1, known.has(link.address) ? 0 : 1, link.load, random()],
  }))
  ranked.sort((a, b) => {
    const differing = a.keys.findIndex((key, i) => key !== b.keys[i])
    return differing < 0 ? 0 : a.keys[differing]! - b.keys[differing]!
  })
  return ranked.map(one => one.link)
}

function buildFor(
  address: string,
  build: (versions: ApiVersions) => ApiRequest,
  versions: ApiVersions,
): ApiRequest {
  try {
    return build(versions)
  } catch (error) {
    if (error instanceof TransportError) throw error
    if (error instanceof ExporterError && error.code === 'VERSION_UNSUPPORTED') {
      const code: FailureCode = 'VERSION_UNSUPPORTED'
      throw new TransportError(code, address, messageOf(error), { cause: error })
    }
    throw new TransportError('INTERNAL', address, messageOf(error), { cause: error })
  }
}
