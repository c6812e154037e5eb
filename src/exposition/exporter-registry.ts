import { addAbortSignal, Readable } from 'node:stream'
import { Histogram, type Metric, type MetricObject, Registry } from 'prom-client'
import { SERIES, SERIES_DROPPED } from '../catalog/exporter.ts'
import type { Family } from '../catalog/family.ts'
import { type Detail, WHOLE } from '../model/detail.ts'
import type { ClusterHandle } from '../model/ports.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { AnswerMetric, answerText } from './answer-metric.ts'
import type { SnapshotFamily, TextSummary } from './columnar-text.ts'
import { createPagePools, Generation, type Publication } from './generation.ts'
import { closeGzip, type GzipSummary } from './gzip-member.ts'
import { labelText } from './label-text.ts'
import { Pacer } from './pacer.ts'
import { RegisteredFamily } from './registered-family.ts'
import type { PublishedCluster } from './render-family.ts'
import type { Chunks } from './shared-stream.ts'

/** What the exposition reads of a cluster. */
export type ExposedCluster = Pick<ClusterHandle, 'name' | 'labels' | 'snapshot'>

export interface RegistryOptions {
  readonly clusters: () => readonly ExposedCluster[]
  /** Those that are switched on. */
  readonly families: readonly Family[]
  /** How finely a snapshot is published. Left out: whole. */
  readonly detailOf?: (snapshot: Snapshot) => Detail
  /** Plain text up to this length is shared among scrapers; longer text is rendered for each. */
  readonly sharedPlainBytes?: number
}

export interface ScrapeRequest {
  /** Only these families, as `name[]=` asks for; a histogram also by the names of its samples. */
  readonly names?: ReadonlySet<string> | undefined
  readonly gzip: boolean
  readonly signal?: AbortSignal | undefined
}

export interface Scrape {
  readonly contentType: string
  readonly contentEncoding: 'gzip' | null
  /** Chunk by chunk. Does no work before it is read, and stops when it is destroyed. */
  readonly body: Readable
  /** May be called with a chunk that nothing refers to any more, e.g. one that the socket is done with. */
  readonly release: (chunk: Buffer) => void
}

/**
 * A prom-client Registry in which the families of the catalogue come from snapshots and are streamed, while all other
 * metrics are kept and rendered by the inherited code.
 *
 * The text of the snapshots is rendered and compressed once per generation, whoever asks; the ordinary metrics, a few
 * dozen lines, are rendered for each scrape and follow it, so that they are never older than the answer. Text format
 * 0.0.4 only: OpenMetrics would need its own rendering per generation for nothing that these families have.
 */
export class ExporterRegistry extends Registry {
  readonly #clusters: () => readonly ExposedCluster[]
  readonly #detailOf: (snapshot: Snapshot) => Detail
  readonly #sharedPlainBytes: number
  readonly #pacer = new Pacer()
  readonly #pools = createPagePools()
  #generation: Generation | null = null
  /** What the last whole plain answer turned out to be. */
  #plainIsTooLong = false

  constructor(options: RegistryOptions) {
    super()
    this.#clusters = options.clusters
    this.#detailOf = options.detailOf ?? (() => WHOLE)
    this.#sharedPlainBytes = options.sharedPlainBytes ?? 4 * 1024 * 1024
    this.publish(options.families)
  }

  /** Publishes these families from the next scrape on, and of the catalogue no others. Instruments are not touched. */
  publish(families: readonly Family[]): void {
    for (const metric of this.getMetricsAsArray() as readonly object[]) {
      if (metric instanceof RegisteredFamily || metric instanceof AnswerMetric) {
        this.removeSingleMetric(metric.name)
      }
    }
    for (const family of families) {
      if (family.kind !== 'instrument') this.#register(new RegisteredFamily(family, () => this.#published()))
    }
    for (const family of ABOUT_THE_ANSWER) {
      if (families.includes(family)) this.#register(new AnswerMetric(family))
    }
  }

  /** One answer to GET /metrics, about the snapshots of this moment. */
  scrape(request: ScrapeRequest): Scrape {
    const { names } = request
    const registered = this.getMetricsAsArray().filter(metric => isAskedFor(metric, names))
    const families = registered.flatMap(metric => familyOf(metric) ?? [])
    const publication = { families, clusters: this.#published() }
    const generation =
      names === undefined ? this.#sharedGeneration(publication) : this.#newGeneration(publication, true)
    const before = request.gzip ? generation.gzip.read(publication) : generation.plain.read(publication)
    const ordinary = registered.filter(metric => familyOf(metric) === null).map(metric => metric.name)
    const body = Readable.from(this.#body(before, ordinary, names === undefined), { highWaterMark: 1 })
    if (request.signal !== undefined) addAbortSignal(request.signal, body)
    return {
      contentType: Registry.PROMETHEUS_CONTENT_TYPE,
      contentEncoding: request.gzip ? 'gzip' : null,
      body,
      release: chunk => this.#pools.plain.giveBack(chunk),
    }
  }

  /** The whole exposition as one string, for code that knows prom-client only. It has prom-client's limits of size. */
  override async metrics(): Promise<string> {
    return Buffer.concat(await this.scrape({ gzip: false }).body.toArray()).toString()
  }

  override setDefaultLabels(_labels: object): never {
    throw new Error('Constant labels are those of a cluster, see the setting clusters[].labels')
  }

  override setContentType(contentType: string): void {
    if (contentType === Registry.PROMETHEUS_CONTENT_TYPE) return
    throw new Error('The exporter speaks text format 0.0.4 only')
  }

  #register(metric: RegisteredFamily | AnswerMetric): void {
    // The typings know prom-client's own four classes; at run time any object with a name and `get` will do.
    this.registerMetric(metric as unknown as Metric)
  }

  /** The clusters that have something to say now, with the snapshots of this moment. */
  #published(): readonly PublishedCluster[] {
    return this.#clusters().flatMap(cluster => {
      const snapshot = cluster.snapshot()
      if (snapshot === null) return []
      const labels =
        cluster.name === null ? cluster.labels : { kafka_cluster: cluster.name, ...cluster.labels }
      return [{ labels, constantLabels: labelText(labels), snapshot, detail: this.#detailOf(snapshot) }]
    })
  }

  #sharedGeneration(publication: Publication): Generation {
    const latest = this.#generation
    if (latest?.isOf(publication)) return latest
    this.#generation = this.#newGeneration(publication, this.#plainIsTooLong)
    return this.#generation
  }

  #newGeneration(publication: Publication, plainIsTooLong: boolean): Generation {
    return new Generation(publication, {
      pacer: this.#pacer,
      pools: this.#pools,
      plainLimitBytes: this.#sharedPlainBytes,
      plainIsTooLong,
    })
  }

  async *#body(
    before: Chunks<TextSummary | GzipSummary>,
    ordinary: readonly string[],
    isWhole: boolean,
  ): AsyncGenerator<Buffer, void, void> {
    const summary = yield* before
    if (isWhole) this.#plainIsTooLong = summary.bytes > this.#sharedPlainBytes
    const text = await this.#ordinaryText(ordinary, summary)
    yield 'crc' in summary ? closeGzip(text, summary) : Buffer.from(text)
  }

  async #ordinaryText(names: readonly string[], before: TextSummary): Promise<string> {
    if (names.length === 0) return ''
    const series = new Map(before.series)
    const texts: string[] = []
    for (const name of names) {
      if (ABOUT_THE_ANSWER.some(family => family.name === name)) continue
      // A reload may have switched it off since this answer began.
      if (this.getSingleMetric(name) === undefined) continue
      const text = await this.getSingleMetricAsString(name)
      series.set(name, text.split('\n').filter(line => !line.startsWith('#')).length)
      texts.push(text)
    }
    if (names.includes(SERIES_DROPPED.name)) {
      series.set(SERIES_DROPPED.name, before.dropped.size)
      texts.push(answerText(SERIES_DROPPED, before.dropped))
    }
    if (names.includes(SERIES.name)) {
      texts.push(answerText(SERIES, series.set(SERIES.name, series.size + 1)))
    }
    return `${before.bytes > 0 ? '\n' : ''}${texts.join('\n\n')}\n`
  }
}

/** What they say is counted while the answer is made that they stand in. */
const ABOUT_THE_ANSWER = [SERIES_DROPPED, SERIES]

function familyOf(metric: object): SnapshotFamily | null {
  return metric instanceof RegisteredFamily ? metric.family : null
}

const HISTOGRAM_SAMPLES = ['_bucket', '_sum', '_count']

function isAskedFor(metric: MetricObject, names: ReadonlySet<string> | undefined): boolean {
  if (names === undefined || names.has(metric.name)) return true
  return metric instanceof Histogram && HISTOGRAM_SAMPLES.some(suffix => names.has(metric.name + suffix))
}
