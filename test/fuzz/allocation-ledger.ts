/**
 * Counts the bytes that are asked for by number: `new Int32Array(n)`, `new Array(n)`, `Buffer.alloc(n)` and their like.
 * Memory that is asked for and never written to shows in no RSS, yet is what a count that is believed too soon takes.
 */
export class AllocationLedger {
  bytes = 0

  /** Counts from now until the returned function is called. */
  open(): () => void {
    const undo: (() => void)[] = []
    for (const name of ['Int32Array', 'Int16Array', 'Uint16Array', 'Uint8Array', 'Float64Array'] as const) {
      const real = globalThis[name]
      undo.push(this.#replace(globalThis, name, this.#counting(real, real.BYTES_PER_ELEMENT)))
    }
    undo.push(this.#replace(globalThis, 'Array', this.#counting(Array, 8)))
    for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow'] as const) {
      const real = Buffer[name]
      undo.push(
        this.#replace(Buffer, name, (size: number, ...more: []) => {
          this.bytes += size
          return real(size, ...more)
        }),
      )
    }
    return () => {
      for (const one of undo) one()
    }
  }

  #counting<Constructor extends abstract new (...args: never) => unknown>(
    real: Constructor,
    size: number,
  ): Constructor {
    const counting: Constructor = new Proxy(real, {
      construct: (target, args, newTarget) => {
        const [first] = args
        if (args.length === 1 && typeof first === 'number') this.bytes += first * size
        return Reflect.construct(target as never, args, newTarget === counting ? target : newTarget) as object
      },
    })
    return counting
  }

  #replace(owner: object, name: string, value: unknown): () => void {
    const real = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor
    Object.defineProperty(owner, name, { ...real, value })
    return () => Object.defineProperty(owner, name, real)
  }
}
