import { describeClusterReader } from './cluster-reader-contract.ts'
import { startReal } from './real-contract-cluster.ts'

describeClusterReader('real Kafka', startReal)
