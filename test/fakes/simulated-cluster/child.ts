// The simulated cluster as a process of its own; started by run-simulated-cluster.ts.
import { Churn } from './churn.ts'
import type { ChildCommand, ChildReply } from './run-simulated-cluster.ts'
import { startSimulatedCluster } from './simulated-cluster.ts'
import { addWorkload, advanceWorkload, type Workload } from './workload.ts'

const { brokers, workload } = JSON.parse(process.argv[2] ?? '{}') as { brokers: number; workload: Workload }
const cluster = await startSimulatedCluster({ brokers, keepRequests: 0, keepBodies: false })
addWorkload(cluster.state, workload)
const churn = new Churn(cluster)
let steps = 0
let commitsMoved = 0

function reply(message: ChildReply): void {
  process.send?.(message)
}

process.on('message', async (command: ChildCommand) => {
  if (command.kind === 'advance') commitsMoved += advanceWorkload(cluster.state, steps++)
  if (command.kind === 'churn') await churn.step()
  reply({
    bootstrap: cluster.bootstrap,
    requests: Object.fromEntries(cluster.requestCounts),
    bytesSent: cluster.bytesSent,
    connections: cluster.connections,
    partitionsFetched: cluster.state.partitionsFetched,
    commitsMoved,
  })
})
// The parent's death must not leave it behind.
process.on('disconnect', () => process.exit(0))
reply({
  bootstrap: cluster.bootstrap,
  requests: {},
  bytesSent: 0,
  connections: 0,
  partitionsFetched: 0,
  commitsMoved: 0,
})
