import { abandoned } from './abandoned.ts'
import { compaction } from './compaction.ts'
import { consumerStop } from './consumer-stop.ts'
import { diurnalOverload } from './diurnal-overload.ts'
import { drainedByBytes, drainedByRetention } from './drained-by-retention.ts'
import { hourlyBurst } from './hourly-burst.ts'
import { idleThenBurst } from './idle-then-burst.ts'
import { exponentialJobs, lognormalJobs, wideLognormalJobs } from './job-times.ts'
import { longMessage } from './long-message.ts'
import { nightlyBatch } from './nightly-batch.ts'
import { poisonPill } from './poison-pill.ts'
import { classicRebalanceStorm, consumerRebalanceStorm } from './rebalance-storm.ts'
import { recreateExpandTruncate } from './recreate-expand-truncate.ts'
import { rewindAndReset } from './rewind-and-reset.ts'
import { rollingDeploys } from './rolling-deploys.ts'
import { scaleToZero } from './scale-to-zero.ts'
import { skewedClocks } from './skewed-clocks.ts'
import { sparse } from './sparse.ts'
import { steady } from './steady.ts'
import { tenMinuteCommitter } from './ten-minute-committer.ts'
import type { Trace, TraceOptions } from './trace.ts'
import { hungTransaction, transactions, transactionsUndeclared } from './transactions.ts'

export type MakeTrace = (options: TraceOptions) => Trace

/** What accuracy is measured on. */
export const TRACES: Readonly<Record<string, MakeTrace>> = {
  steady,
  'hourly-burst': hourlyBurst,
  'diurnal-overload': diurnalOverload,
  sparse,
  'idle-then-burst': idleThenBurst,
  'nightly-batch': nightlyBatch,
  'long-message': longMessage,
  'ten-minute-committer': tenMinuteCommitter,
  'rebalance-storm-classic': classicRebalanceStorm,
  'rebalance-storm-kip848': consumerRebalanceStorm,
  'scale-to-zero': scaleToZero,
  'rolling-deploys': rollingDeploys,
  transactions,
  'transactions-undeclared': transactionsUndeclared,
  'hung-transaction': hungTransaction,
  compaction,
  'drained-by-retention': drainedByRetention,
  'drained-by-bytes': drainedByBytes,
  'consumer-stop': consumerStop,
  'poison-pill': poisonPill,
  'rewind-and-reset': rewindAndReset,
  'recreate-expand-truncate': recreateExpandTruncate,
  abandoned,
  'skewed-clocks': skewedClocks,
}

/** What false stalls are counted on: nobody is ever wedged. */
export const HEALTHY = [
  'steady',
  'hourly-burst',
  'diurnal-overload',
  'sparse',
  'idle-then-burst',
  'nightly-batch',
  'long-message',
  'ten-minute-committer',
  'rebalance-storm-classic',
  'rebalance-storm-kip848',
  'scale-to-zero',
  'rolling-deploys',
] as const

/** Job times without a bound, on which no threshold can be right for ever: reported apart. */
export const UNBOUNDED: Readonly<Record<string, MakeTrace>> = {
  'lognormal-jobs': lognormalJobs,
  'wide-lognormal-jobs': wideLognormalJobs,
  'exponential-jobs': exponentialJobs,
}

export function makeTrace(name: string, options: TraceOptions): Trace {
  const make = TRACES[name] ?? UNBOUNDED[name]
  if (make === undefined) throw new Error(`there is no trace ${name}`)
  return make(options)
}
