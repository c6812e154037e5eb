import { megabytes } from './report.ts'
import { type SoakResult, type SoakSample, soak } from './soak.ts'
import { trendOf } from './trend.ts'

const GOAL = 0.05
const SHOWN_ERRORS = 20
const SHOWN_SAMPLES = 40

interface Watched {
  readonly what: string
  readonly of: (sample: SoakSample) => number
  /** What a line may rise by over the run for noise alone, in the unit of `of`. */
  readonly noise: number
  readonly digits: number
}

const WATCHED: readonly Watched[] = [
  { what: 'RSS MB', of: sample => megabytes(sample.rssBytes), noise: 0, digits: 1 },
  { what: 'held MB', of: sample => megabytes(sample.heldBytes), noise: 0, digits: 1 },
  // Whole numbers that go up and down with the moment: less than one is none.
  { what: 'handles', of: sample => sample.openHandles, noise: 1, digits: 0 },
  { what: 'files', of: sample => sample.openFiles, noise: 1, digits: 0 },
]

/** Prints a line with each sample, so that a run that is ended early has told what it found. */
export async function runSoak(programs: string, polls: number): Promise<boolean> {
  console.log(
    `\n${polls} polls of a small cluster in which groups, topics and brokers come, go and break; after a collection:`,
  )
  let told = 0
  const result = await soak(programs, {
    polls,
    churn: 'faulty',
    onSample: soFar => {
      console.log(`  ${progressOf(soFar)}`)
      for (const error of soFar.errors.slice(told, SHOWN_ERRORS)) console.log(`  error: ${error}`)
      told = soFar.errors.length
    },
  })
  const { samples, seconds, cpuSeconds, series, churned, faultyPolls, expected, errors } = result
  const step = Math.ceil(samples.length / SHOWN_SAMPLES)
  for (const { what, of, digits } of WATCHED) {
    const shown = samples.filter((_, n) => n % step === 0)
    console.log(`  ${what.padEnd(8)} ${shown.map(sample => of(sample).toFixed(digits)).join(' ')}`)
  }
  console.log(`  ${counted(Object.entries(churned))}`)
  console.log(`  polls with errors while something was broken: ${faultyPolls}: ${counted([...expected])}`)
  console.log(
    `  ${seconds.toFixed(0)} s, ${((cpuSeconds * 1_000) / polls).toFixed(0)} ms of CPU a poll, ${series} series in the last page`,
  )
  const flat = WATCHED.map(watched => isFlat(watched, samples))
  return flat.every(Boolean) && errors.length === 0
}

function isFlat({ what, of, noise }: Watched, samples: readonly SoakSample[]): boolean {
  const { slope, growth, mean, least, most } = trendOf(samples.map(of))
  const isReached = growth <= GOAL || growth * mean < noise
  const polls = (samples[1]?.poll ?? 0) - (samples[0]?.poll ?? 0)
  console.log(
    `  ${what}, line through the last four fifths: ${(growth * 100).toFixed(1)} % in all (goal ${GOAL * 100}${isReached ? '' : ', MISSED'}), ` +
      `${((slope / polls) * 1_000).toFixed(3)} a thousand polls; mean ${mean.toFixed(1)}, ${least.toFixed(1)} to ${most.toFixed(1)}`,
  )
  return isReached
}

function progressOf({ polls, seconds, samples, faultyPolls, errors }: SoakResult): string {
  const values = WATCHED.map(({ what, of, digits }) => {
    const trend = samples.length < 10 ? '' : ` (${percent(trendOf(samples.map(of)).growth)})`
    return `${what} ${of(samples.at(-1)!).toFixed(digits)}${trend}`
  })
  return `${polls} polls, ${seconds.toFixed(0)} s: ${values.join(', ')}; polls with errors ${faultyPolls}, unexpected ${errors.length}`
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} %`
}

function counted(counts: readonly (readonly [string, number])[]): string {
  return counts.map(([what, count]) => `${what} ${count}`).join(', ')
}
