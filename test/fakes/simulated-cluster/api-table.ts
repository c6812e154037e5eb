import type { ApiName } from './ask.ts'

export interface SpokenVersions {
  readonly min: number
  readonly max: number
}

/** What the simulation knows of one API: its number, the versions that it can speak, the first flexible one. */
export interface ApiEntry extends SpokenVersions {
  readonly key: number
  readonly flexibleFrom: number
}

/** https://kafka.apache.org/protocol#protocol_api_keys, versions as Kafka 4.3. */
export const API_TABLE: Readonly<Record<ApiName, ApiEntry>> = {
  Fetch: { key: 1, min: 4, max: 18, flexibleFrom: 12 },
  ListOffsets: { key: 2, min: 1, max: 11, flexibleFrom: 6 },
  Metadata: { key: 3, min: 0, max: 13, flexibleFrom: 9 },
  OffsetFetch: { key: 9, min: 1, max: 10, flexibleFrom: 6 },
  FindCoordinator: { key: 10, min: 0, max: 6, flexibleFrom: 3 },
  DescribeGroups: { key: 15, min: 0, max: 6, flexibleFrom: 5 },
  ListGroups: { key: 16, min: 0, max: 5, flexibleFrom: 3 },
  ApiVersions: { key: 18, min: 0, max: 4, flexibleFrom: 3 },
  DescribeConfigs: { key: 32, min: 1, max: 4, flexibleFrom: 4 },
  DescribeLogDirs: { key: 35, min: 1, max: 4, flexibleFrom: 2 },
  DescribeCluster: { key: 60, min: 0, max: 2, flexibleFrom: 0 },
  DescribeProducers: { key: 61, min: 0, max: 0, flexibleFrom: 0 },
  DescribeTransactions: { key: 65, min: 0, max: 0, flexibleFrom: 0 },
  ListTransactions: { key: 66, min: 0, max: 2, flexibleFrom: 0 },
  ConsumerGroupDescribe: { key: 69, min: 0, max: 1, flexibleFrom: 0 },
  ShareGroupDescribe: { key: 77, min: 1, max: 1, flexibleFrom: 0 },
  StreamsGroupDescribe: { key: 89, min: 0, max: 0, flexibleFrom: 0 },
  DescribeShareGroupOffsets: { key: 90, min: 0, max: 1, flexibleFrom: 0 },
}

const NAMES = new Map(Object.entries(API_TABLE).map(([name, entry]) => [entry.key, name as ApiName]))

export function apiNameOf(key: number): ApiName | undefined {
  return NAMES.get(key)
}

type Release = '2.8' | '3.9' | '4.1' | '4.3'

/** The versions that brokers of a release announce, as far as they differ from the table. Null: not spoken. */
const DIFFERENCES: Readonly<Record<Release, Partial<Record<ApiName, SpokenVersions | null>>>> = {
  '2.8': {
    Fetch: { min: 0, max: 12 },
    ListOffsets: { min: 0, max: 6 },
    Metadata: { min: 0, max: 11 },
    OffsetFetch: { min: 0, max: 7 },
    FindCoordinator: { min: 0, max: 3 },
    DescribeGroups: { min: 0, max: 5 },
    ListGroups: { min: 0, max: 4 },
    ApiVersions: { min: 0, max: 3 },
    DescribeConfigs: { min: 0, max: 4 },
    DescribeLogDirs: { min: 0, max: 2 },
    DescribeCluster: { min: 0, max: 0 },
    DescribeTransactions: null,
    ListTransactions: null,
    ConsumerGroupDescribe: null,
    ShareGroupDescribe: null,
    StreamsGroupDescribe: null,
    DescribeShareGroupOffsets: null,
  },
  '3.9': {
    Fetch: { min: 0, max: 17 },
    ListOffsets: { min: 0, max: 9 },
    Metadata: { min: 0, max: 12 },
    OffsetFetch: { min: 0, max: 9 },
    DescribeGroups: { min: 0, max: 5 },
    DescribeCluster: { min: 0, max: 1 },
    ListTransactions: { min: 0, max: 1 },
    ConsumerGroupDescribe: { min: 0, max: 0 },
    ShareGroupDescribe: null,
    StreamsGroupDescribe: null,
    DescribeShareGroupOffsets: null,
  },
  '4.1': {
    ListOffsets: { min: 1, max: 10 },
    OffsetFetch: { min: 1, max: 9 },
    DescribeShareGroupOffsets: { min: 0, max: 0 },
  },
  '4.3': {},
}

/** What a broker of this release answers to ApiVersions, by API name; to be changed freely per broker. */
export function versionsOf(release: Release): Map<ApiName, SpokenVersions> {
  const versions = new Map<ApiName, SpokenVersions>()
  for (const [name, entry] of Object.entries(API_TABLE) as [ApiName, ApiEntry][]) {
    const difference = DIFFERENCES[release][name]
    if (difference === null) continue
    versions.set(name, difference ?? { min: entry.min, max: entry.max })
  }
  return versions
}

export type { Release }
