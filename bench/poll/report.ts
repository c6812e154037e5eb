export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function megabytes(bytes: number): number {
  return bytes / 1e6
}

/** Prints rows of numbers under their names. What is not known is a dash. */
export function table(rows: readonly Readonly<Record<string, number>>[]): void {
  const names = Object.keys(rows[0] ?? {})
  const cells = rows.map(row => names.map(name => shown(row[name] ?? Number.NaN)))
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map(row => row[i]!.length)))
  for (const row of [names, ...cells]) {
    console.log(`  ${row.map((cell, i) => cell.padStart(widths[i]!)).join('  ')}`)
  }
}

function shown(value: number): string {
  if (Number.isNaN(value)) return '-'
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}
