import type { Family } from '../../src/catalog/family.ts'
import type { GranularityRule } from '../../src/exposition/chosen-levels.ts'
import { ExporterRegistry } from '../../src/exposition/exporter-registry.ts'
import { SeriesBudget } from '../../src/exposition/series-budget.ts'
import type { Log } from '../../src/model/ports.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { toEnd } from '../../src/model/steps.ts'
import { cluster, textOf } from './exposed.ts'

/** An exporter whose clusters are polled by hand. `maxSeries` counts nothing but what the clusters say. */
export function budgeted(
  families: readonly Family[],
  { granularity = [], maxSeries = 0 }: { granularity?: readonly GranularityRule[]; maxSeries?: number },
  names: readonly (string | null)[] = [null],
) {
  const logged: string[] = []
  const note = (level: string) => (fields: object, message: string) => {
    logged.push(`${level} ${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') }
  const budget = new SeriesBudget({ families, granularity, maxSeries }, log, 0)
  const snapshots = new Map<string | null, Snapshot>()
  const clusters = names.map(name => cluster(() => snapshots.get(name) ?? null, name))
  const detailOf = (snapshot: Snapshot) => budget.detailOf(snapshot)
  const registry = new ExporterRegistry({ clusters: () => clusters, families, detailOf })
  return {
    budget,
    registry,
    logged,
    poll(snapshot: Snapshot, name: string | null = null) {
      toEnd(budget.weigh(name ?? '', snapshot))
      snapshots.set(name, snapshot)
    },
    /** Sample lines of the named families, or of all but those about the answer. */
    async lines(...wanted: readonly string[]): Promise<readonly string[]> {
      const text = await textOf(registry)
      return text
        .split('\n')
        .filter(line => line !== '' && !line.startsWith('#'))
        .filter(line =>
          wanted.length === 0
            ? !line.startsWith('kafka_health_exporter_series')
            : wanted.some(name => line.startsWith(`${name}{`)),
        )
    },
    /** By family: what `kafka_health_exporter_series_dropped` says, without zeros. */
    async dropped(): Promise<Readonly<Record<string, number>>> {
      const text = await textOf(registry)
      const said = text.matchAll(/^kafka_health_exporter_series_dropped\{family="(.*)"\} (\d+)$/gm)
      return Object.fromEntries(
        [...said].map(([, name, count]) => [name, Number(count)]).filter(([, n]) => n !== 0),
      )
    },
  }
}
