/** Writes the index of the runbooks, docs/runbooks/README.md. */
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { SEVERITIES } from '../src/rules/rule.ts'
import { RULE_SETS } from '../src/rules/rule-sets.ts'

export const RUNBOOK_INDEX = new URL('../docs/runbooks/README.md', import.meta.url)

export function renderRunbookIndex(): string {
  const alerts = new Map(
    Object.values(RULE_SETS)
      .flatMap(set => set.groups.flatMap(group => [...group.alerts]))
      .map(alert => [alert.name, alert.severity]),
  )
  const sections = SEVERITIES.map(severity => {
    const names = [...alerts].filter(([, s]) => s === severity).map(([name]) => name)
    return `## ${severity}\n\n${names.map(name => `- [${name}](${name}.md)`).join('\n')}\n`
  })
  const head = `# Runbooks

<!-- The list is made by \`npm run docs\` from src/rules. -->

What to do about each alert. Commands are those of Kafka 4; give them \`--command-config\` where the cluster asks who you
are. \`GROUP\`, \`TOPIC\` and the like stand for the labels of the alert. What the alerts are: [alerts.md](../alerts.md).
`
  return [head, ...sections].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(RUNBOOK_INDEX, renderRunbookIndex())
}
