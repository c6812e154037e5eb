import type { Answer, ApiName } from '../ask.ts'
import { answerApiVersions } from './api-versions.ts'
import { answerDescribeCluster } from './describe-cluster.ts'
import { answerDescribeConfigs } from './describe-configs.ts'
import { answerDescribeGroups } from './describe-groups.ts'
import { answerDescribeLogDirs } from './describe-log-dirs.ts'
import {
  answerConsumerGroupDescribe,
  answerShareGroupDescribe,
  answerStreamsGroupDescribe,
} from './describe-new-groups.ts'
import { answerDescribeProducers } from './describe-producers.ts'
import { answerDescribeShareGroupOffsets } from './describe-share-group-offsets.ts'
import { answerDescribeTransactions } from './describe-transactions.ts'
import { answerFetch } from './fetch.ts'
import { answerFindCoordinator } from './find-coordinator.ts'
import { answerListGroups } from './list-groups.ts'
import { answerListOffsets } from './list-offsets.ts'
import { answerListTransactions } from './list-transactions.ts'
import { answerMetadata } from './metadata.ts'
import { answerOffsetFetch } from './offset-fetch.ts'

/** Who answers what. Nothing here writes: a client that tries to is disconnected, and the test sees it. */
export const ANSWERS: Readonly<Record<ApiName, Answer>> = {
  ApiVersions: answerApiVersions,
  ConsumerGroupDescribe: answerConsumerGroupDescribe,
  DescribeCluster: answerDescribeCluster,
  DescribeConfigs: answerDescribeConfigs,
  DescribeGroups: answerDescribeGroups,
  DescribeLogDirs: answerDescribeLogDirs,
  DescribeProducers: answerDescribeProducers,
  DescribeShareGroupOffsets: answerDescribeShareGroupOffsets,
  DescribeTransactions: answerDescribeTransactions,
  Fetch: answerFetch,
  FindCoordinator: answerFindCoordinator,
  ListGroups: answerListGroups,
  ListOffsets: answerListOffsets,
  ListTransactions: answerListTransactions,
  Metadata: answerMetadata,
  OffsetFetch: answerOffsetFetch,
  ShareGroupDescribe: answerShareGroupDescribe,
  StreamsGroupDescribe: answerStreamsGroupDescribe,
}
