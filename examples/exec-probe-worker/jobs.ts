/**
 * How long the job works, in milliseconds; null where the record is no job. It throws nothing: KafkaJS ends a consumer
 * for good at the first SyntaxError or TypeError, and whoever gets its partitions ends at the same record.
 */
export function takesMs(value: Buffer | null): number | null {
  try {
    const job = JSON.parse(String(value)) as { readonly takesMs?: unknown } | null
    if (typeof job !== 'object' || job === null) return null
    return typeof job.takesMs === 'number' ? job.takesMs : 0
  } catch {
    return null
  }
}
