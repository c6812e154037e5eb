import type { TestContext } from 'node:test'
import { RawClient } from './raw-client.ts'
import { type SimulatedCluster, type SimulationOptions, startSimulatedCluster } from './simulated-cluster.ts'

/** A simulated cluster that ends with the test. */
export async function openCluster(t: TestContext, options?: SimulationOptions): Promise<SimulatedCluster> {
  const cluster = await startSimulatedCluster(options)
  t.after(() => cluster.close())
  return cluster
}

/** A connection to one of its brokers, 1 unless told, that ends with the test. */
export async function openClient(t: TestContext, cluster: SimulatedCluster, node = 1): Promise<RawClient> {
  const client = await RawClient.connect(cluster.state.node(node))
  t.after(() => client.close())
  return client
}
