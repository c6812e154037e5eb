import type { ColumnFamily, SampleFamily } from '../catalog/family.ts'
import type { Steps } from '../model/steps.ts'
import type { Pacer } from './pacer.ts'
import type { Pages } from './page-pool.ts'
import { PageWriter } from './page-writer.ts'
import { type PublishedCluster, renderFamily } from './render-family.ts'
import type { Chunks } from './shared-stream.ts'

export type SnapshotFamily = ColumnFamily | SampleFamily

export interface TextSummary {
  /** Samples by family, 0 included. */
  readonly series: ReadonlyMap<string, number>
  /** By family that can be thinned: what `metrics.max_series` left out, 0 included. */
  readonly dropped: ReadonlyMap<string, number>
  readonly bytes: number
}

/**
 * The text of the families that come from snapshots, in pages, with an empty line between two families as prom-client
 * has it. The same input gives the same pages.
 */
export async function* columnarText(
  families: readonly SnapshotFamily[],
  clusters: readonly PublishedCluster[],
  options: { readonly pages: Pages; readonly pacer: Pacer },
): Chunks<TextSummary> {
  const { pacer } = options
  const writer = new PageWriter(options.pages)
  const series = new Map<string, number>()
  const dropped = new Map<string, number>()
  const steps = renderAll(families, clusters, writer, { series, dropped })
  let bytes = 0
  if (pacer.isDue()) await pacer.pause()
  while (!steps.next().done) {
    for (const page of writer.takeFull()) {
      bytes += page.length
      yield page
    }
    if (pacer.isDue()) await pacer.pause()
  }
  for (const page of [...writer.takeFull(), writer.takeRest()]) {
    bytes += page.length
    if (page.length > 0) yield page
  }
  return { series, dropped, bytes }
}

function* renderAll(
  families: readonly SnapshotFamily[],
  clusters: readonly PublishedCluster[],
  writer: PageWriter,
  counts: { readonly series: Map<string, number>; readonly dropped: Map<string, number> },
): Steps<void> {
  for (const [i, family] of families.entries()) {
    if (i > 0) writer.text('\n')
    const { series, dropped } = yield* renderFamily(family, clusters, writer)
    counts.series.set(family.name, series)
    if (family.thinnedFrom !== undefined) counts.dropped.set(family.name, dropped)
    yield
  }
}
