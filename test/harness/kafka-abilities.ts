/** What differs between the releases that the tests run on. */
export interface KafkaAbilities {
  /** The harness starts brokers without KRaft: before 3.3 it was not for production. */
  readonly needsZooKeeper: boolean
  /** KIP-664: 2.8 tells the producers of a partition, but not their transactions. */
  readonly transactions: boolean
  /** KIP-734: brokers tell the highest time stamp of a partition. */
  readonly newestTimes: boolean
  /** KIP-848, without a preview to be switched on. */
  readonly consumerGroups: boolean
  /** KIP-932; 4.1 has them as a preview. */
  readonly shareGroups: boolean
}

export function abilitiesOf(version: string): KafkaAbilities {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isFrom = (wantedMajor: number, wantedMinor: number) =>
    major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
  return {
    needsZooKeeper: !isFrom(3, 3),
    transactions: isFrom(3, 0),
    newestTimes: isFrom(3, 0),
    consumerGroups: isFrom(4, 0),
    shareGroups: isFrom(4, 1),
  }
}
