import { readFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import net from 'node:net'
import type { TestContext } from 'node:test'
import * as grpc from '@grpc/grpc-js'
import { service } from 'grpc-health-check'
import type { Certificate } from './certificates.ts'

type Call = grpc.ServerUnaryCall<{ readonly service: string }, { readonly status: string }>
type Answer = grpc.sendUnaryData<{ readonly status: string }>

/** What a health server does with each Check: it answers a status, fails with a code, or never answers. */
export type HealthBehaviour = 'SERVING' | 'NOT_SERVING' | 'UNKNOWN' | grpc.status | 'silent'

export interface HealthServerOptions {
  /** By the name that is asked for; a name that is not there is NOT_FOUND. */
  readonly health?: Record<string, HealthBehaviour>
  readonly port?: number
  readonly tls?: { readonly server: Certificate; readonly clientCaFile?: string }
  /** It has no health service at all. */
  readonly isBare?: boolean
}

export interface HealthServer {
  readonly port: number
  /** By name; may be changed at any time. */
  readonly health: Record<string, HealthBehaviour>
  /** Checks that have arrived. */
  readonly checks: () => number
  /** From where they came, each connection once. */
  readonly peers: ReadonlySet<string>
  /** Ends all connections at once. */
  stop(): void
}

/** A server with the health service of the gRPC project, on the loopback interface. */
export async function startHealthServer(
  t: TestContext,
  options: HealthServerOptions = {},
): Promise<HealthServer> {
  const { health = { '': 'SERVING' }, port = 0, tls, isBare = false } = options
  const server = new grpc.Server()
  const peers = new Set<string>()
  let checks = 0
  const check = (call: Call, answer: Answer) => {
    checks++
    peers.add(call.getPeer())
    const behaviour = health[call.request.service] ?? grpc.status.NOT_FOUND
    if (behaviour === 'silent') return
    if (typeof behaviour === 'string') answer(null, { status: behaviour })
    else answer({ code: behaviour, details: 'secret words of the service' })
  }
  const refuse = (_: unknown, answer: Answer) => answer({ code: grpc.status.UNIMPLEMENTED })
  if (!isBare)
    server.addService(service, { check, list: refuse, watch: refuse } as grpc.UntypedServiceImplementation)
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentialsOf(tls), (error, at) =>
      error ? reject(error) : resolve(at),
    )
  })
  t.after(() => server.forceShutdown())
  return { port: bound, health, checks: () => checks, peers, stop: () => server.forceShutdown() }
}

function credentialsOf(tls: HealthServerOptions['tls']): grpc.ServerCredentials {
  if (tls === undefined) return grpc.ServerCredentials.createInsecure()
  const { server, clientCaFile } = tls
  const pair = { private_key: readFileSync(server.keyFile), cert_chain: readFileSync(server.certFile) }
  const authority = clientCaFile === undefined ? null : readFileSync(clientCaFile)
  return grpc.ServerCredentials.createSsl(authority, [pair], authority !== null)
}

/** Something that accepts connections: the port. What it does with each is the argument's. */
export async function listenWith(t: TestContext, onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = net.createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}
