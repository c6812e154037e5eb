import { errorName, NONE } from '../wire/error-codes.ts'

const REPLICA_NOT_AVAILABLE = 9

/** Why the offsets of a row are not known: one small number per row, the codes once. */
export class PartitionOutcomes {
  readonly byRow: Uint8Array
  readonly codes: string[] = ['NONE']

  constructor(rows: number) {
    this.byRow = new Uint8Array(rows)
  }

  /** The first reason stays. */
  note(row: number, code: string): void {
    if (this.byRow[row] !== 0) return
    let index = this.codes.indexOf(code, 1)
    if (index < 0) {
      // Kafka has some 140 codes and we some 20, so that 255 are never reached but by an answer made up.
      if (this.codes.length === 0xff) index = 0xfe
      else index = this.codes.push(code) - 1
    }
    this.byRow[row] = index
  }
}

/** Why nobody can be asked about a partition, from what Metadata says of it; null where its leader can be. */
export function leaderlessCode(leader: number, error: number, nodes: ReadonlySet<number>): string | null {
  if (leader >= 0 && nodes.has(leader)) return null
  return error === NONE || error === REPLICA_NOT_AVAILABLE ? 'LEADER_NOT_AVAILABLE' : errorName(error)
}
