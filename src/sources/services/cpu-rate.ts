/** CPU seconds a second between two readings of a counter. */
export class CpuRate {
  #last: { readonly cpuSeconds: number; readonly atMs: number } | null = null

  /**
   * Null for the first reading, and where the counter went back: the process is another one. So it is after a reading
   * that failed: the process may have been replaced meanwhile, with a counter that is ahead already.
   *
   * @param atMs when it was read, on a clock that only goes forward
   */
  step(cpuSeconds: number | null, atMs: number): number | null {
    const last = this.#last
    this.#last = cpuSeconds === null ? null : { cpuSeconds, atMs }
    if (cpuSeconds === null || last === null || cpuSeconds < last.cpuSeconds || atMs <= last.atMs) return null
    return ((cpuSeconds - last.cpuSeconds) * 1000) / (atMs - last.atMs)
  }
}
