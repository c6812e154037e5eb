import type { Detail } from '../model/detail.ts'
import { columnarText, type SnapshotFamily, type TextSummary } from './columnar-text.ts'
import { type GzipSummary, openGzip } from './gzip-member.ts'
import type { Pacer } from './pacer.ts'
import { freshPages, PagePool, type Pages } from './page-pool.ts'
import type { PublishedCluster } from './render-family.ts'
import { SharedStream } from './shared-stream.ts'

/** Pages for text that goes through once; whoever was given one by a scrape gives it back. */
export interface PagePools {
  readonly plain: PagePool
  readonly gzip: PagePool
}

export function createPagePools(): PagePools {
  return { plain: new PagePool(128 * 1024), gzip: new PagePool(512 * 1024) }
}

/** What one scrape publishes. */
export interface Publication {
  readonly families: readonly SnapshotFamily[]
  readonly clusters: readonly PublishedCluster[]
}

/**
 * What one set of snapshots looks like on the wire, rendered when somebody first asks for it and shared by all who
 * ask for the same. It knows its snapshots again without keeping them alive: between two polls a finished rendering
 * holds some 7 bytes a series, not the generation before.
 */
export class Generation {
  readonly gzip: SharedStream<Publication, GzipSummary>
  readonly plain: SharedStream<Publication, TextSummary>
  readonly #families: readonly SnapshotFamily[]
  readonly #clusters: readonly (readonly [
    constantLabels: string,
    detail: Detail,
    snapshot: WeakRef<object>,
  ])[]

  constructor(
    { families, clusters }: Publication,
    options: {
      readonly pacer: Pacer
      readonly pools: PagePools
      readonly plainLimitBytes: number
      /** The plain text is expected to be longer than the limit. */
      readonly plainIsTooLong: boolean
    },
  ) {
    this.#families = families
    this.#clusters = clusters.map(c => [c.constantLabels, c.detail, new WeakRef(c.snapshot)])
    const { pacer, pools, plainLimitBytes, plainIsTooLong } = options
    const text = (publication: Publication, pages: Pages) =>
      columnarText(publication.families, publication.clusters, { pages, pacer })
    this.gzip = new SharedStream(
      publication => openGzip(text(publication, pools.gzip), page => pools.gzip.giveBack(page)),
      Number.POSITIVE_INFINITY,
    )
    this.plain = new SharedStream(
      // Text that is to be shared is kept, and so must its pages be.
      publication => text(publication, plainIsTooLong ? pools.plain : freshPages(pools.plain.pageBytes)),
      plainLimitBytes,
      plainIsTooLong,
    )
  }

  isOf({ families, clusters }: Publication): boolean {
    return (
      families.length === this.#families.length &&
      families.every((family, i) => family === this.#families[i]) &&
      clusters.length === this.#clusters.length &&
      clusters.every((cluster, i) => {
        const [constantLabels, detail, snapshot] = this.#clusters[i] ?? []
        return (
          cluster.constantLabels === constantLabels &&
          cluster.detail === detail &&
          cluster.snapshot === snapshot?.deref()
        )
      })
    )
  }
}
