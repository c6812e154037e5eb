import { ExporterError } from '../../src/errors.ts'
import { AllocationLedger } from './allocation-ledger.ts'
import { mutant } from './mutate.ts'
import { seededFor } from './seeded.ts'

/** Something that is given bytes from the network. */
export interface FuzzTarget {
  readonly name: string
  /** Whole ones. */
  readonly corpus: readonly Buffer[]
  /** Reads as the program does; throws AssertionError where what is said of the bytes cannot be. */
  read(bytes: Buffer, index: number): 'read' | 'refused'
  /** Whether it may end so; default: ExporterError MALFORMED_RESPONSE alone. */
  readonly mayThrow?: (error: unknown) => boolean
}

export interface FuzzCount {
  responses: number
  errors: number
}

/** What may be asked for however short the answer is, and for each of its bytes. */
const BYTES_FOR_NONE = 256 * 1_024
const BYTES_PER_BYTE = 64

const isMalformed = (error: unknown) => error instanceof ExporterError && error.code === 'MALFORMED_RESPONSE'

/** Reads mutants `from` to `from + count - 1` of a seed; throws at the first fault, naming how to repeat it. */
export function fuzz(target: FuzzTarget, seed: number, from: number, count: number, total: FuzzCount): void {
  const ledger = new AllocationLedger()
  const close = ledger.open()
  const mayThrow = target.mayThrow ?? isMalformed
  try {
    for (let index = from; index < from + count; index++) {
      const bytes = mutant(target.corpus, seededFor(seed, index))
      ledger.bytes = 0
      total.responses++
      try {
        if (target.read(bytes, index) === 'refused') total.errors++
      } catch (error) {
        if (!mayThrow(error)) throw fault(target, seed, index, bytes, error)
        total.errors++
      }
      const bound = BYTES_FOR_NONE + bytes.length * BYTES_PER_BYTE
      if (ledger.bytes <= bound) continue
      throw fault(target, seed, index, bytes, `${ledger.bytes} bytes of memory asked for, more than ${bound}`)
    }
  } finally {
    close()
  }
}

function fault(target: FuzzTarget, seed: number, index: number, bytes: Buffer, what: unknown): Error {
  const hex = bytes.length > 4_096 ? `${bytes.length} bytes` : bytes.toString('hex')
  const again = `npm run test:fuzz -- --only='${target.name}' --seed=${seed} --from=${index} --count=1`
  return new Error(`${target.name}: ${what}\n  repeat: ${again}\n  bytes: ${hex}`, { cause: what })
}
