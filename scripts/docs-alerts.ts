/** Writes alerts/*.rules.yml, alerts/*.prometheusrule.yaml and docs/alerts.md: `node --import tsx scripts/docs-alerts.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { RuleFlags } from '../src/cli/add-rule-flags.ts'
import { parseRuleFlags } from '../src/cli/rule-flags.ts'
import { commandOf, renderRules } from '../src/cli/rules.ts'
import { DEFAULT_CHOICES, textOf } from '../src/rules/render-rules.ts'
import type { Alert, RuleGroup } from '../src/rules/rule.ts'
import { RULE_SETS, type RuleSet } from '../src/rules/rule-sets.ts'
import { DEFAULT_THRESHOLDS, THRESHOLDS } from '../src/rules/thresholds.ts'

const ROOT = new URL('../', import.meta.url)

/** Every generated file about alerts, by its path from the root of the repository. */
export function alertFiles(): ReadonlyMap<string, string> {
  const rules = Object.keys(RULE_SETS).flatMap(set => [
    [`alerts/${set}.rules.yml`, written({ set: [set] })] as const,
    [`alerts/${set}.prometheusrule.yaml`, written({ set: [set], format: 'prometheusrule' })] as const,
  ])
  return new Map([...rules, ['docs/alerts.md', renderAlertsReference()]])
}

/** As the command writes it. */
function written(flags: RuleFlags): string {
  return renderRules(parseRuleFlags(flags), commandOf(flags))
}

const INTRODUCTION = `# Alerts

<!-- Made by \`npm run docs\` from src/rules. Edits here are lost. -->

How to install and to choose them: [alerts/README.md](../alerts/README.md). Flags: [cli.md](cli.md#rules). What to do
when one fires: [its runbook](runbooks/README.md), to which \`runbook_url\` leads.

- **critical** is for waking somebody, **warning** for a ticket, **info** for whoever looks. Two severities of one
  condition are two alerts with names of their own, so that inhibition by name cannot let one group hide another.
- **\`for: 0m\`** where the metric is a clock of the exporter: the clock is the patience already, and learnt for each
  partition. Everything else waits.
- **A scrape that is missed changes nothing**: gauges are held over it for three minutes, and an alert that fires stays
  for its "keep firing".
- **Two exporters of one cluster are one**: of the labels \`instance\` and \`pod\` the largest value counts; other labels
  by which replicas differ are named with \`--replica-label\`. Alerts about an exporter itself tell them apart.
- **Every cluster for itself**: the label \`kafka_cluster\`, where there is one, is kept by every alert and every join.
- **What is unknown raises nothing of its own**: a group, topic or cluster that cannot be read has alerts of its own.
`

/** The reference as Markdown. */
export function renderAlertsReference(): string {
  const sets = Object.entries(RULE_SETS).map(([name, set]) => setSection(name, set))
  return [INTRODUCTION, ...sets, thresholdsSection()].join('\n')
}

function setSection(name: string, { meaning, groups }: RuleSet): string {
  const recordings = groups.flatMap(group => group.recordings)
  const recorded =
    recordings.length === 0
      ? ''
      : `\n### Recorded series of ${name}\n\n${table(
          ['series', 'meaning'],
          recordings.map(({ record, meaning: what }) => [`\`${record}\``, what]),
        )}`
  return `## ${name}\n\n${meaning}\n\n${groups.map(groupSection).join('\n')}${recorded}`
}

function groupSection({ name, meaning, interval, alerts }: RuleGroup): string {
  const rows = alerts.map(alert => [
    `[${alert.name}](runbooks/${alert.name}.md)`,
    alert.severity,
    alert.for,
    Number.parseInt(alert.keepFiringFor, 10) === 0 ? '' : alert.keepFiringFor,
    sayingOf(alert),
  ])
  const head = ['alert', 'severity', 'for', 'keep firing', 'says']
  return `### ${name}\n\n${meaning} Evaluated every ${interval}.\n\n${table(head, rows)}`
}

const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/\{\{ with \$labels\.(\w+) \}\}([^{]*)\{\{ \. \}\}\{\{ else \}\}.*?\{\{ end \}\}/g, '*$1*'],
  [/\{\{ with \$labels\.\w+ \}\}.*?\{\{ end \}\}/g, ''],
  [/\{\{ \$labels\.consumergroup \}\}/g, '*group*'],
  [/\{\{ \$labels\.(\w+) \}\}/g, '*$1*'],
  [/\{\{ \$value \| humanizeDuration \}\}/g, '*so long*'],
  [/\{\{ \$value \| humanizePercentage \}\}/g, '*so much*'],
  [/\{\{[^}]*\$value[^}]*\}\}/g, '*so many*'],
]

/** Its description, with names in the places of templates. */
function sayingOf(alert: Alert): string {
  return PLACEHOLDERS.reduce(
    (text, [pattern, name]) => text.replace(pattern, name),
    textOf(alert.description, DEFAULT_CHOICES.thresholds),
  )
}

function thresholdsSection(): string {
  const rows = Object.entries(THRESHOLDS).map(([name, threshold]) => {
    const unit = threshold.kind === 'number' ? threshold.unit : 'window'
    const value = DEFAULT_THRESHOLDS[name as keyof typeof THRESHOLDS]
    return [`\`${name}\``, `\`${value}\``, unit, threshold.bounds.join(' to '), threshold.meaning]
  })
  return `## Thresholds

\`kafka-health-exporter rules --threshold=NAME=VALUE\`. Thresholds in seconds may be durations as well: \`12h\`.

${table(['name', 'default', 'unit', 'from, to', 'of'], rows)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  mkdirSync(new URL('alerts/', ROOT), { recursive: true })
  for (const [path, text] of alertFiles()) writeFileSync(new URL(path, ROOT), text)
}
