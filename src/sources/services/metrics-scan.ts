/** What a process says of itself in the text format of Prometheus; null where it does not. */
export interface ProcessReading {
  /** Since the process began. */
  readonly cpuSeconds: number | null
  readonly memoryBytes: number | null
}

const LONGEST_LINE = 64 * 1024
const NAMES = ['process_cpu_seconds_total', 'process_resident_memory_bytes'] as const
/** Labels hold anything in quotes; behind the value a time stamp or an exemplar may follow. */
const BEHIND_NAME = /^[ \t]*(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?[ \t]+(\S+)/

/** Finds two families in a text that comes in pieces and is not kept. Several processes behind one address add up. */
export class MetricsScan {
  #rest = ''
  #isOverlong = false
  readonly #sums = new Map<string, number>()

  feed(piece: string): void {
    const lines = (this.#rest + piece).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#take(line)
    if (this.#rest.length > LONGEST_LINE) {
      this.#rest = ''
      this.#isOverlong = true
    }
  }

  end(): ProcessReading {
    this.#take(this.#rest)
    this.#rest = ''
    const [cpu, memory] = NAMES.map(name => known(this.#sums.get(name)))
    return { cpuSeconds: cpu ?? null, memoryBytes: memory ?? null }
  }

  #take(line: string): void {
    if (this.#isOverlong) {
      this.#isOverlong = false
      return
    }
    const name = NAMES.find(each => line.startsWith(each))
    if (name === undefined) return
    const value = BEHIND_NAME.exec(line.slice(name.length))?.[1]
    if (value !== undefined) this.#sums.set(name, (this.#sums.get(name) ?? 0) + numberOf(value))
  }
}

function numberOf(text: string): number {
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 ? value : Number.NaN
}

function known(sum: number | undefined): number | null {
  return sum === undefined || Number.isNaN(sum) ? null : sum
}
