import { SCHEMA_ID } from './registry.ts'

/** An id that the registry does not know. */
const UNKNOWN_ID = 77

/**
 * The n-th record of `events`: JSON behind the id of its schema, as serialisers of Confluent write it. Most are what
 * the schema says; a producer that was deployed without care writes the others.
 */
export function eventValue(n: number): Buffer {
  const event = { id: n, userName: `user-${n % 50}`, amount: (n % 90) + 0.5 }
  if (n % 25 === 24) return framed(UNKNOWN_ID, Buffer.from([2, 6, 102, 111, 111]))
  if (n % 30 === 29) return framed(UNKNOWN_ID, json(event))
  if (n % 20 === 9) return framed(SCHEMA_ID, json({ ...event, username: event.userName }))
  if (n % 10 === 3) return framed(SCHEMA_ID, json({ ...event, amount: String(event.amount) }))
  return framed(SCHEMA_ID, json(event))
}

const json = (value: object) => Buffer.from(JSON.stringify(value))

/** A zero, then the id in four bytes. */
function framed(id: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  return Buffer.concat([head, payload])
}
