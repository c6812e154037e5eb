import { type AdminCall, AdminCalls } from '../../src/admin/admin-calls.ts'
import type { Transport } from '../../src/kafka/transport.ts'
import { negotiate } from '../../src/kafka/wire/api.ts'

export interface Asked {
  readonly name: string
  readonly node: number | null
  readonly version: number
  /** As it would be sent. */
  readonly body: Buffer
}

/** What the call would decode; thrown where it is an Error. */
export type Script = (asked: Asked) => unknown

/** Calls that a script answers, without brokers and without bytes of answers. */
export class ScriptedCalls extends AdminCalls {
  readonly asked: Asked[] = []
  readonly #script: Script
  readonly #newest: number

  constructor(script: Script, { patienceMs = 20, newest = 99, signal = new AbortController().signal } = {}) {
    const transport: Partial<Transport> = { setNodes: () => {} }
    super(transport as Transport, signal, patienceMs)
    this.#script = script
    this.#newest = newest
  }

  override ask<Value>(node: number, call: AdminCall<Value>): Promise<Value> {
    return this.#answer(node, call)
  }

  override askAny<Value>(call: AdminCall<Value>): Promise<Value> {
    return this.#answer(null, call)
  }

  async #answer<Value>(node: number | null, { api, preferred, encode }: AdminCall<Value>): Promise<Value> {
    const spoken = new Map([[api.key, { min: 0, max: this.#newest }]])
    const version = (preferred && negotiate(preferred, spoken)) ?? (negotiate(api, spoken) as number)
    const encoded = encode(version)
    const asked = { name: api.name, node, version, body: wholeOf(encoded) }
    this.asked.push(asked)
    const answer = this.#script(asked)
    if (answer instanceof Error) throw answer
    return answer as Value
  }
}

function wholeOf(encoded: Buffer | Iterator<unknown, Buffer>): Buffer {
  if (Buffer.isBuffer(encoded)) return encoded
  for (;;) {
    const { done, value } = encoded.next()
    if (done === true) return value
  }
}
