/** Writes docs/dashboards.md from dashboards/build and src/signals: `node --import tsx scripts/docs-dashboards.ts`. */
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { DASHBOARDS } from '../dashboards/build/dashboards.ts'
import type { DashboardSpec } from '../dashboards/build/panel-spec.ts'
import type { Signal } from '../src/signals/signal.ts'
import { SIGNALS } from '../src/signals/signals.ts'

export const DASHBOARDS_REFERENCE = new URL('../docs/dashboards.md', import.meta.url)

const INTRODUCTION = `# Dashboards

<!-- Made by \`npm run docs\` from dashboards/build and src/signals. Edits here are lost. -->

Nine dashboards for Grafana, from the many to the one. Panels and [alerts](alerts.md) are made from one
[table of signals](#signals), so that both say the same by the same expression.

## Installing

They need a Prometheus data source whose scrape interval is set right (Grafana's default is 15 s): by it Grafana
chooses over how long rates are taken. The panels on firing alerts need the [rules](alerts.md) in that Prometheus.

- **By hand**: Dashboards → New → Import, and a file of \`dashboards/\`, or what
  \`kafka-health-exporter dashboards --name=fleet\` writes.
- **From files**: \`kafka-health-exporter dashboards --output=DIRECTORY\` into the directory of a provider:

  \`\`\`yaml
  apiVersion: 1
  providers:
    - name: kafka-health
      folder: Kafka
      type: file
      options:
        path: /var/lib/grafana/dashboards
  \`\`\`
- **By the sidecar of Grafana's chart**: \`kafka-health-exporter dashboards --format=configmap | kubectl apply -f -\`;
  its flags are in [cli.md](cli.md#dashboards).

Their identity never changes: \`uid\` is the name of the file, to which \`dashboard_url\` of alerts and the links between
them lead. They are read-only, for the next version replaces them; a copy (Settings → Save as) is yours. They are
Classic JSON, and use panel types only that every Grafana since version 10 has.

## Choosing

| variable | on | |
| --- | --- | --- |
| \`datasource\` | all | the Prometheus |
| \`job\` | all | of the exporter's scrape |
| \`kafka_cluster\` | all | all of them include one that has no name |
| \`service_job\` | Consumer | of the scrape of services that use the consumer kit |
| \`consumergroup\` | Group, Consumer | |
| \`topic\` | Group, Topic, Dead letters, Schema, Consumer | |
| \`limit\` | all but Exporter | how many groups, topics or lines are shown: the worst at the end of the picture |

Links and clicks keep the time and what was chosen. However many groups there are, no panel draws more than \`limit\`
lines, and a hundred partitions at most. Two exporters of one cluster are shown as one, by the larger of their values,
except on Exporter; they are told apart by \`instance\` and \`pod\`.

Of a state that has no partition, a fault that is not there, or a loss that is not in sight, there is no data: that is
not an error.
`

/** The reference as Markdown. */
export function renderDashboardsReference(
  dashboards: readonly DashboardSpec[],
  signals: readonly Signal[],
): string {
  return [INTRODUCTION, ...dashboards.map(section), signalsSection(signals)].join('\n')
}

function section({ title, name, description, text, rows }: DashboardSpec): string {
  const lines = rows.map(
    row => `| ${row.title} | ${row.panels.map(p => p.title).join(', ')} | ${cell(row.text)} |`,
  )
  return [
    `## ${title.replace('Kafka health / ', '')}`,
    '',
    `\`kafka-health-${name}\`: ${description} ${text}`,
    '',
    '| row | panels | |',
    '| --- | --- | --- |',
    ...lines,
    '',
  ].join('\n')
}

function signalsSection(signals: readonly Signal[]): string {
  const lines = signals.map(({ title, unit, labels, description }) =>
    [title, unit, labels.map(label => `\`${label}\``).join(', '), cell(description)].join(' | '),
  )
  return [
    '## Signals',
    '',
    'What can be watched. Units are as Grafana names them; each has the labels of the target and `kafka_cluster` as well,',
    'where the cluster has a name.',
    '',
    '| signal | unit | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...lines.map(line => `| ${line} |`),
    '',
  ].join('\n')
}

const cell = (text: string) => text.replaceAll('|', '\\|')

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(DASHBOARDS_REFERENCE, renderDashboardsReference(DASHBOARDS, SIGNALS))
}
