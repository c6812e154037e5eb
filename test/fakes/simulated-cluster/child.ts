// The simulated cluster as a process of its own; started by run-simulated-cluster.ts.
import { Churn } from './churn.ts'
import type { ChildCommand, ChildReply, ChildSpec } from './run-simulated-cluster.ts'
import { startSimulatedCluster } from './simulated-cluster.ts'
import { addWorkload, advanceWorkload } from './workload.ts'

const { brokers, workload, churnFaults } = JSON.parse(process.argv[2] ?? '{}') as ChildSpec
const cluster = await startSimulatedCluster({ brokers, keepRequests: 0, keepBodies: false })
addWorkload(cluster.state, workload)
const churn = new Churn(cluster, { workload, faults: churnFaults })
let steps = 0
let commitsMoved = 0

function reply(): void {
  const message: ChildReply = {
    bootstrap: cluster.bootstrap,
    requests: Object.fromEntries(cluster.requestCounts),
    bytesSent: cluster.bytesSent,
    connections: cluster.connections,
    partitionsFetched: cluster.state.partitionsFetched,
    commitsMoved,
    churned: churn.tally.toJSON(),
    isFaulty: churn.isFaulty,
  }
  process.send?.(message)
}

process.on('message', async (command: ChildCommand) => {
  if (command.kind === 'churn') await churn.step()
  if (command.kind !== 'look') commitsMoved += advanceWorkload(cluster.state, steps++)
  reply()
})
// The parent's death must not leave it behind.
process.on('disconnect', () => process.exit(0))
reply()
