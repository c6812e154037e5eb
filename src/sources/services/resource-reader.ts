import { codeOf, messageOf } from '../../errors.ts'
import type { TlsFiles } from '../../model/registry-access.ts'
import type { ServiceResources } from '../../model/service-status.ts'
import { CheckSignals } from '../check-signals.ts'
import { type ReadText, readCredentials } from '../request-credentials.ts'
import { CpuRate } from './cpu-rate.ts'
import { type MetricsClient, metricsClient } from './metrics-client.ts'

export interface ResourceReaderOptions {
  readonly metricsUrl: string
  /** For https; null = the system's authorities. */
  readonly tls: TlsFiles | null
  readonly read: ReadText
  readonly timeoutMs: number
}

/** CPU and memory of one service, by its own metrics. */
export class ResourceReader {
  readonly #options: ResourceReaderOptions
  readonly #client: MetricsClient
  readonly #cpu = new CpuRate()
  readonly #signals = new CheckSignals()

  constructor(options: ResourceReaderOptions) {
    this.#options = options
    this.#client = metricsClient(options.metricsUrl)
  }

  /** Never rejects, and ends within the timeout. */
  async check(): Promise<ServiceResources> {
    const { metricsUrl, tls, read, timeoutMs } = this.#options
    try {
      const isSecure = metricsUrl.toLowerCase().startsWith('https:')
      const material = isSecure && tls !== null ? readCredentials({ login: null, tls }, read).tls : {}
      const { cpuSeconds, memoryBytes } = await this.#signals.within(timeoutMs, signal =>
        this.#client.read(material, signal),
      )
      const cpuRatio = this.#cpu.step(cpuSeconds, performance.now())
      return { cpuRatio, memoryBytes, failure: nothingIn(cpuSeconds, memoryBytes) }
    } catch (error) {
      this.#cpu.step(null, performance.now())
      return {
        cpuRatio: null,
        memoryBytes: null,
        failure: { code: codeOf(error), message: messageOf(error) },
      }
    }
  }

  /** Ends a reading under way. */
  close(): void {
    this.#signals.close()
    this.#client.close()
  }
}

/** An address that answers something else must not look like one that has not been asked. */
function nothingIn(cpuSeconds: number | null, memoryBytes: number | null): ServiceResources['failure'] {
  if (cpuSeconds !== null || memoryBytes !== null) return null
  return {
    code: 'METRICS_MISSING',
    message: 'no process_cpu_seconds_total and no process_resident_memory_bytes at metrics_url',
  }
}
