import type { ClusterState } from './cluster-state.ts'
import type { Faults } from './faults.ts'

export type ApiName =
  | 'Fetch'
  | 'ListOffsets'
  | 'Metadata'
  | 'OffsetFetch'
  | 'FindCoordinator'
  | 'DescribeGroups'
  | 'ListGroups'
  | 'ApiVersions'
  | 'DescribeConfigs'
  | 'DescribeLogDirs'
  | 'DescribeCluster'
  | 'DescribeProducers'
  | 'DescribeTransactions'
  | 'ListTransactions'
  | 'ConsumerGroupDescribe'
  | 'ShareGroupDescribe'
  | 'StreamsGroupDescribe'
  | 'DescribeShareGroupOffsets'

/** One request as a broker sees it, with everything that an answer may depend on. */
export interface Ask {
  readonly api: ApiName
  readonly version: number
  readonly flexible: boolean
  /** The broker that was asked. */
  readonly node: number
  /** Without header. */
  readonly body: Buffer
  readonly throttleMs: number
  readonly cluster: ClusterState
  readonly faults: Faults
}

/** The body of an answer, without header. */
export type Answer = (ask: Ask) => Buffer
