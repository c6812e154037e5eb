/** Writes docs/metrics.md from the catalogue: `node --import tsx scripts/docs-metrics.ts`. */
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { EVERY_FAMILY } from '../src/catalog/catalog.ts'
import { CONSUMER_CLIENT_FAMILIES } from '../src/catalog/consumer-client.ts'
import { type Family, labelsOf } from '../src/catalog/family.ts'

/** What the exporter publishes, then what services do that use the kit. */
export const DOCUMENTED: readonly Family[] = [...EVERY_FAMILY, ...CONSUMER_CLIENT_FAMILIES]

export const METRICS_REFERENCE = new URL('../docs/metrics.md', import.meta.url)

const INTRODUCTION = `# Metrics

<!-- Made by \`npm run docs\` from src/catalog. Edits here are lost. -->

Names are a superset of kafka_exporter's. Those of kminion and kafka-lag-exporter stand at the end: \`metrics.names\`
switches them on beside or instead of these. Units are base units: seconds, bytes, messages. Counters end in \`_total\`.

- **Absent means unknown.** What could not be read has no series; it is never 0, and a sum with an unreadable part is
  absent as well. A missed read keeps the last reading until it is older than \`max_reading_age\`.
- **A cluster that the configuration names** has the label \`kafka_cluster\` on every series about it; behind it stand
  the constant labels of its \`labels\` setting. One unnamed cluster has no \`kafka_cluster\`. The column
  "about" tells which families are about a cluster.
- **Everything in one answer is of one poll per cluster.** Ages are counted to
  \`kafka_health_exporter_snapshot_timestamp_seconds\`. After \`max_reading_age\` without an ended poll all series of that
  cluster are withdrawn, \`kafka_up\` too.
- **Sparse families** have a series only where there is something to say: for a partition in a bad state, or with a loss
  in sight. What is not there is well, or unknown: \`kafka_consumergroup_partitions{state="unknown"}\` tells which.
- **On by default** is what the column says; \`metrics.families.include\` and \`exclude\` take names or anchored patterns.
- **A scrape may ask for some families only**: \`/metrics?name[]=kafka_up&name[]=kafka_consumergroup_lag\`.
- Node.js's own \`process_*\` and \`nodejs_*\` metrics are there as well, without those on active handles, requests and
  resources, whose series come and go.
- The format is text 0.0.4, plain or gzip.

It differs from kafka_exporter on purpose in six places: topics matching \`__.*\` and console consumers are left out by
default; a partition without a commit is absent rather than -1 (\`compat.uncommitted: minus-one\` restores that); members
of KIP-848 groups are counted; a sum with an unreadable part is absent; a commit beyond the end of the log gives no
negative lag but \`kafka_consumergroup_commits_beyond_end\`; what no consumer can read any more is no lag: records that
retention has deleted, and transaction markers and aborted records where nothing else is left.
`

/** What the sentences of a table cannot hold, below it. */
const NOTES: Partial<Record<Family['subject'], string>> = {
  'Consumer groups': `
### What counts as lag

The end is the high watermark, or the last stable offset where the group's [objective](config.md#objectives-clustersobjectives)
says \`isolation: read_committed\`. Where nothing but transaction markers and aborted records lies before it, the lag is 0.
Lag in time counts from the time stamp of the first record that waits, or from when it was first seen where the stamp
lies in the future. It is read from the record within the budget \`probe.max_bytes_per_second\`; past the budget, or
where READ on the topic is refused, it is bounded by what is known, and
\`kafka_consumergroup_lag_seconds_uncertainty\` says how closely.

### States of a partition

The label \`state\` of \`kafka_consumergroup_partitions\` and \`kafka_consumergroup_partition_unhealthy_seconds\` says how a
group is doing on a partition. The first that holds counts:

| state | is bad | when |
| --- | --- | --- |
| \`unknown\` | | it cannot be read, or the commit lies beyond the end |
| \`never_committed\` | bad | assigned to a member and holding data, without a commit for three times \`stalled_after\` |
| \`abandoned\` | bad | committed, but no member of the stable group reads the topic any more |
| \`no_consumer\` | bad | the group is empty, with a backlog and without an advance for \`no_consumer_after\` |
| \`hung_transaction\` | bad | the group waits at a transaction that has held the last stable offset for 15 minutes |
| \`stalled\` | bad | there has been work without an advance for longer than the partition's learnt threshold |
| \`advancing\` | | there is work |
| \`caught_up\` | | there is none |

The threshold of \`stalled\` is learnt from how long the partition went between advances while it had work, and lies
between \`stalled_after\` and \`stalled_after_max\` of its [objective](config.md#objectives-clustersobjectives): a job that
commits every ten minutes is not stalled after six. So alert on
\`kafka_consumergroup_partition_unhealthy_seconds{state="stalled"}\`, and not on \`kafka_consumergroup_stalled_seconds\` or
\`kafka_consumergroup_offset_advance_age_seconds\`, which are large on healthy partitions too.
`,
  'The consumer kit': `
Published not by the exporter but by a service, on its own registry, where it uses the
[consumer kit](consumer-kit.md). The exporter's settings do not know them.
`,
  'Names of kminion': `
Only where \`metrics.names\` has \`kminion\`. What differs, and what kminion has beyond these:
[coming-from-kminion.md](coming-from-kminion.md).
`,
  'Names of kafka-lag-exporter': `
Only where \`metrics.names\` has \`kafka-lag-exporter\`. The name of a cluster is the label \`cluster_name\` here. What
differs: [coming-from-kafka-lag-exporter.md](coming-from-kafka-lag-exporter.md).
`,
}

/** The reference as Markdown, one section per subject in the order of the catalogue. */
export function renderMetricsReference(families: readonly Family[]): string {
  const subjects = [...new Set(families.map(family => family.subject))]
  const sections = subjects.map(
    subject =>
      `\n## ${subject}\n\n${table(families.filter(family => family.subject === subject))}${NOTES[subject] ?? ''}`,
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
  await writeFile(METRICS_REFERENCE, renderMetricsReference(DOCUMENTED))
}
