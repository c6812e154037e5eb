/** Writes the index of the runbooks, docs/runbooks/README.md. */
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { SEVERITIES, type Severity } from '../src/rules/rule.ts'
import { RULE_SETS } from '../src/rules/rule-sets.ts'

export const RUNBOOK_INDEX = new URL('../docs/runbooks/README.md', import.meta.url)

const HEAD = `# Runbooks

<!-- Made by \`npm run docs\` from src/rules. Edits here are lost. -->

One page for each alert: what it means, how urgent it is, how to confirm, mend and silence it. What the alerts are, and
their thresholds: [alerts.md](../alerts.md).

- \`GROUP\`, \`TOPIC\`, \`P\` and the like stand for labels of the alert, \`OFFSET\` for what the page or the command before
  tells, \`BROKER:9092\` for any broker.
- \`kafka-health-exporter:9308\` stands for your exporter: anything that reaches its port will do, its page in a browser
  too. Where it watches several clusters, add \`?cluster=CLUSTER\` to addresses under \`/api/v1/groups/\`.
- Commands of Kafka are those of Kafka 4, and are called \`kafka-….sh\` or \`kafka-…\`. Give them
  \`--command-config FILE\` where the cluster asks who you are (\`--admin.config\` for \`kafka-leader-election.sh\`). Those
  with \`--execute\`, \`--alter\` or \`--delete…\` change something, as do \`abort\` and an election.
- Quoted lines are what \`kafka-health-exporter lag\` writes, with other names and numbers.
- \`amtool\` needs \`--alertmanager.url\`, or its configuration file. Where clusters have names, add
  \`kafka_cluster=CLUSTER\`. A silence that lasts is a wrong rule: each page says what to change instead.
- \`kafka-health-exporter rules\` writes the whole file anew: add what a page says to
  [the flags that you have](../../alerts/README.md#choose).
`

const MEANING: Readonly<Record<Severity, string>> = {
  critical: 'Somebody is woken.',
  warning: 'A ticket.',
  info: 'For whoever looks.',
}

export function renderRunbookIndex(): string {
  const alerts = Object.values(RULE_SETS)
    .flatMap(set => set.groups)
    .flatMap(group => [...group.alerts])
  const sections = SEVERITIES.map(severity => {
    const names = [...new Set(alerts.filter(alert => alert.severity === severity).map(alert => alert.name))]
    return `## ${severity}\n\n${MEANING[severity]}\n\n${names.map(name => `- [${name}](${name}.md)`).join('\n')}\n`
  })
  return [HEAD, ...sections].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(RUNBOOK_INDEX, renderRunbookIndex())
}
