import type { Command } from 'commander'
import { ConfigError } from '../config/fault.ts'
import { messageOf } from '../errors.ts'
import { renderGroups } from '../rules/render-rules.ts'
import { renderPrometheusRule, renderRuleFile } from '../rules/rule-file.ts'
import { RULE_SETS } from '../rules/rule-sets.ts'
import type { CommandWorld } from './command-world.ts'
import { writeOutputFile } from './output-file.ts'
import { parseRuleFlags, type RuleFlags, type RuleRequest } from './rule-flags.ts'

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value]

/** Adds the flags of `rules`. */
export function addRuleFlags(command: Command): Command {
  return command
    .description('write alert and recording rules for Prometheus')
    .option('--set <name>', `${Object.keys(RULE_SETS).join(', ')} (default: the first)`, collect)
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

/** Resolves to the exit code: 0, or 1 with every fault on a line of its own and nothing written. */
export async function runRules(flags: RuleFlags, { stdout, stderr }: CommandWorld): Promise<number> {
  const { output = '-' } = flags
  try {
    const request = parseRuleFlags(flags)
    const text = renderRules(request, commandOf(flags))
    if (output === '-') stdout.write(text)
    else await writeOutputFile(output, text)
    return 0
  } catch (error) {
    stderr.write(error instanceof ConfigError ? `${error.message}\n` : `rules: ${messageOf(error)}\n`)
    return 1
  }
}

/** @param command what wrote it, for whoever wants to write it again */
export function renderRules({ sets, format, metadata, choices }: RuleRequest, command: string): string {
  const groups = sets.flatMap(set => renderGroups(RULE_SETS[set], choices))
  const comment = `Made by: ${command}. Edits here are lost when it is made again.`
  return format === 'plain'
    ? renderRuleFile(groups, comment)
    : renderPrometheusRule(groups, metadata, comment)
}

/** The command line of the flags, for a shell, in one line; without where it wrote to. */
export function commandOf(flags: RuleFlags): string {
  const given = Object.entries(flags).flatMap(([key, value]) => {
    const flag = key.replace(/[A-Z]/g, capital => `-${capital.toLowerCase()}`)
    const isPlain = flag === 'format' && value === 'plain'
    return flag === 'output' || isPlain ? [] : [value].flat().map(each => `--${flag}=${quoted(String(each))}`)
  })
  return ['kafka-health-exporter rules', ...given].join(' ')
}

function quoted(text: string): string {
  return /^[\w./:*=-]*$/.test(text) ? text : `'${text.replaceAll(/\s+/g, ' ').replaceAll("'", "'\\''")}'`
}
