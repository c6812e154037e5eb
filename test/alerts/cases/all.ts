import type { AlertCase } from '../promtool/alert-case.ts'
import { CONSUMER_PROGRESS } from './consumer-progress.ts'

/** By theme: each is a file of alerts/tests. */
export const CASES: Readonly<Record<string, readonly AlertCase[]>> = {
  'consumer-progress': CONSUMER_PROGRESS,
}
