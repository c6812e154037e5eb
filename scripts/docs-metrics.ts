/** Writes docs/metrics.md from the catalogue: `node --import tsx scripts/docs-metrics.ts`. */
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { CATALOG } from '../src/catalog/catalog.ts'
import { type Family, labelsOf } from '../src/catalog/family.ts'

export const METRICS_REFERENCE = new URL('../docs/metrics.md', import.meta.url)

const INTRODUCTION = `# Metrics

<!-- Made by \`npm run docs\` from src/catalog. Edits here are lost. -->

Names are a superset of kafka_exporter's. Units are base units: seconds, bytes, messages. Counters end in \`_total\`.

- **Absent means unknown.** What could not be read has no series; it is never 0, and a sum with an unreadable part is
  absent as well. A missed read keeps the last reading until it is older than \`max_reading_age\`.
- **A cluster that the configuration names** has the label \`kafka_cluster\` on every series about it; behind it stand
  the constant labels of its \`labels\` setting. One unnamed cluster has no \`kafka_cluster\`. The column
  "about" tells which families are about a cluster.
- **Everything in one answer is of one poll per cluster.** Ages are counted to
  \`kafka_health_exporter_snapshot_timestamp_seconds\`. After \`max_reading_age\` without an ended poll all series of that
  cluster are withdrawn, \`kafka_up\` too.
- **On by default** is what the column says; \`metrics.families.include\` and \`exclude\` take names or anchored patterns.
- **A scrape may ask for some families only**: \`/metrics?name[]=kafka_up&name[]=kafka_consumergroup_lag\`.
- Node.js's own \`process_*\` and \`nodejs_*\` metrics are there as well, without those on active handles, requests and
  resources, whose series come and go.
- The format is text 0.0.4, plain or gzip.

It differs from kafka_exporter on purpose in five places: topics matching \`__.*\` and console consumers are left out by
default; a partition without a commit is absent rather than -1 (\`compat.uncommitted: minus-one\` restores that); members
of KIP-848 groups are counted; a sum with an unreadable part is absent; a commit beyond the end of the log gives no
negative lag but \`kafka_consumergroup_commits_beyond_end\`.
`

/** The reference as Markdown, one section per subject in the order of the catalogue. */
export function renderMetricsReference(families: readonly Family[]): string {
  const subjects = [...new Set(families.map(family => family.subject))]
  const sections = subjects.map(
    subject => `\n## ${subject}\n\n${table(families.filter(family => family.subject === subject))}`,
  )
  return [INTRODUCTION, ...sections].join('')
}

function table(families: readonly Family[]): string {
  const rows = families.map(family =>
    [
      `\`${family.name}\``,
      family.type,
      labelsOf(family)
        .map(label => `\`${label}\``)
        .join(', '),
      family.onByDefault ? 'on' : 'off',
      family.kind === 'instrument' ? 'the process' : 'a cluster',
      family.help.replaceAll('|', '\\|'),
    ].join(' | '),
  )
  const head = ['metric | type | labels | default | about | meaning', '--- | --- | --- | --- | --- | ---']
  return [...head, ...rows].map(row => `| ${row} |\n`).join('')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(METRICS_REFERENCE, renderMetricsReference(CATALOG))
}
