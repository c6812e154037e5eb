import type { Command } from 'commander'
import { RULE_SET_NAMES } from '../rules/rule-set-names.ts'

/** As the command line says it; what may be repeated is a list. */
export interface RuleFlags {
  readonly set?: readonly string[]
  readonly format?: string
  readonly output?: string
  readonly name?: string
  readonly namespace?: string
  readonly label?: readonly string[]
  readonly alertLabel?: readonly string[]
  readonly selector?: readonly string[]
  readonly jmxSelector?: readonly string[]
  readonly threshold?: readonly string[]
  readonly for?: readonly string[]
  readonly keepFiringFor?: readonly string[]
  readonly disable?: readonly string[]
  readonly replicaLabel?: readonly string[]
  readonly runbookBase?: string
  readonly grafanaUrl?: string
}

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value]

/** Adds the flags of `rules`. */
export function addRuleFlags(command: Command): Command {
  return command
    .description('write alert and recording rules for Prometheus')
    .option('--set <name>', `${RULE_SET_NAMES.join(', ')} (default: the first)`, collect)
    .option('--format <format>', 'plain, or prometheusrule for the Prometheus operator', 'plain')
    .option('--output <file>', 'where to write; - is stdout', '-')
    .option('--name <name>', 'name of the PrometheusRule (default: that of the set)')
    .option('--namespace <namespace>', 'namespace of the PrometheusRule')
    .option('--label <NAME=VALUE>', 'label of the PrometheusRule, such as release=prometheus', collect)
    .option('--alert-label <NAME=VALUE>', 'label of every alert, such as team=payments', collect)
    .option('--selector <matchers>', 'only series that match, such as job="kafka"', collect)
    .option('--jmx-selector <matchers>', 'the same for the metrics of jmx_exporter', collect)
    .option('--threshold <NAME=VALUE>', 'a threshold of docs/alerts.md', collect)
    .option('--for <ALERT=DURATION>', 'how long an alert has to hold before it fires; * is for all', collect)
    .option(
      '--keep-firing-for <ALERT=DURATION>',
      'how long an alert fires on after it; * is for all',
      collect,
    )
    .option('--disable <alert>', 'leave an alert out', collect)
    .option(
      '--replica-label <label>',
      'label by which replicas of the exporter differ (default: instance and pod)',
      collect,
    )
    .option('--runbook-base <url>', 'where the runbooks are')
    .option('--grafana-url <url>', 'a Grafana with the dashboards of this exporter, for links to them')
}
