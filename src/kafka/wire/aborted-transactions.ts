/** As Fetch answers with isolation 1. */
export interface AbortedTransaction {
  readonly producerId: number
  /** Of the transaction on the partition. */
  readonly firstOffset: number
}
