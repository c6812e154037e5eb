/** A label value as it stands between the quotes (text format 0.0.4). */
export function escapeLabelValue(value: string): string {
  return /[\\\n"]/.test(value)
    ? value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"')
    : value
}

/** The text behind # HELP: quotes stand as they are there. */
export function escapeHelp(help: string): string {
  return help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
}

/** `a="1",b="2"`, or '' without labels. */
export function labelPairs(names: readonly string[], values: readonly string[]): string {
  return names.map((name, i) => `${name}="${escapeLabelValue(values[i] ?? '')}"`).join(',')
}

/** The same of a mapping. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return labelPairs(Object.keys(labels), Object.values(labels))
}
