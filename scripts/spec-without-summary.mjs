import { Readable } from 'node:stream'
import { spec } from 'node:test/reporters'

const SUMMARY = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/

/** A reporter for node --test: what `spec` says, for one file of many that have a summary together. */
// biome-ignore lint/style/noDefaultExport: node --test loads reporters by it
export default async function* specWithoutSummary(events) {
  yield* Readable.from(withoutSummary(events)).compose(new spec())
}

async function* withoutSummary(events) {
  for await (const event of events) {
    const { type, data } = event
    if (type !== 'test:diagnostic' || data.nesting !== 0 || !SUMMARY.test(data.message)) yield event
  }
}
