import { UnprocessableRecord } from 'kafka-health-exporter/consumer'

export interface Payment {
  readonly id: number
  /** In cents; never negative. */
  readonly amount: number
  /** The bank refuses its first two attempts: what a real one does when it is busy. */
  readonly flaky: boolean
}

/** @throws UnprocessableRecord where it is no payment: no attempt will make it one */
export function parsePayment(value: Buffer | null): Payment {
  let fields: Record<string, unknown>
  try {
    fields = JSON.parse(String(value)) as Record<string, unknown>
  } catch (cause) {
    throw new UnprocessableRecord('not JSON', { cause })
  }
  const { id, amount, flaky } = fields ?? {}
  if (typeof id !== 'number') throw new UnprocessableRecord('no id')
  if (typeof amount !== 'number') throw new UnprocessableRecord(`payment ${id}: no amount`)
  return { id, amount, flaky: flaky === true }
}

/** A stand-in for a bank. Rejects for a moment or for good. */
export async function charge({ id, amount, flaky }: Payment, attempt: number): Promise<void> {
  if (amount < 0) throw new RangeError(`payment ${id}: the amount is negative`)
  if (flaky && attempt < 3) throw new Error(`payment ${id}: the bank is busy`)
}
