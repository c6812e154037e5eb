import { describeClusterReader } from './cluster-reader-contract.ts'
import { startSimulated } from './simulated-contract-cluster.ts'

describeClusterReader('a simulated cluster', startSimulated, {
  consumerGroups: true,
  shareGroups: true,
  transactions: true,
})
