/** How much goes into one request: few requests, yet none that keeps a broker or this program busy for long. */
export interface RequestLimits {
  /** Partitions per ListOffsets request, and expected commits per OffsetFetch request. */
  readonly rows: number
  /** Commits that a group is expected to have before it has been read once. */
  readonly rowsOfUnknownGroup: number
  /** Groups per OffsetFetch request, however few commits they have. */
  readonly groups: number
  /** Groups per request that describes groups, looks for coordinators or asks for share offsets. */
  readonly describedGroups: number
  /** Topics per DescribeConfigs request. */
  readonly configuredTopics: number
  /** Requests about one group each, in one poll, to brokers that know no others and only for retries and look-ups. */
  readonly singleLookups: number
  /** Requests under way at one broker at once, of one kind. */
  readonly concurrency: number
  /** Partitions per Fetch request, each a read of its own for the broker's disks. */
  readonly fetchedRows: number
  /** Bytes of records per Fetch request, where its first batch is not longer. */
  readonly fetchedBytes: number
  /** Partitions per ListOffsets request by time stamp: each is a search in an index, and of the log. */
  readonly searchedRows: number
  /** Partitions whose open transactions are looked for at once. */
  readonly heldRows: number
}

export const REQUEST_LIMITS: RequestLimits = {
  rows: 50_000,
  rowsOfUnknownGroup: 500,
  groups: 1_000,
  describedGroups: 100,
  configuredTopics: 1_000,
  singleLookups: 20,
  concurrency: 2,
  fetchedRows: 500,
  fetchedBytes: 1024 * 1024,
  searchedRows: 1_000,
  heldRows: 20,
}
