import { ConfigError } from '../config/fault.ts'
import { messageOf } from '../errors.ts'
import { renderGroups } from '../rules/render-rules.ts'
import { renderPrometheusRule, renderRuleFile } from '../rules/rule-file.ts'
import { RULE_SETS } from '../rules/rule-sets.ts'
import type { RuleFlags } from './add-rule-flags.ts'
import type { CommandWorld } from './command-world.ts'
import { writeOutputFile } from './output-file.ts'
import { parseRuleFlags, type RuleRequest } from './rule-flags.ts'

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
