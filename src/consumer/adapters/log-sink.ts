import type { AlertSeverity, AlertSink } from '../core/alert/alert.ts'
import type { KitLog } from '../core/ports.ts'

const LEVEL: Readonly<Record<AlertSeverity, 'error' | 'warn' | 'info'>> = {
  critical: 'error',
  warning: 'warn',
  low: 'info',
}

/** Writes each alert into the service's log: critical as error, warning as warn, low as info. */
export function logSink(log: KitLog): AlertSink {
  return {
    name: 'log',
    async send({ name, severity, summary, description, labels, suppressed }) {
      const fields = { alert: name, severity, labels, suppressed, ...(description && { description }) }
      log[LEVEL[severity] ?? 'warn'](fields, summary)
    },
  }
}
