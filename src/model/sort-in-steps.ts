import { ROWS_PER_STEP, type Steps } from './steps.ts'

/** Sorted at once; two of them are then merged, and so on. */
const RUN = 256

/** A sorted copy, stable: `Array.sort` of ten thousand items holds the event loop for as long as it takes. */
export function* sortInSteps<Item>(
  items: readonly Item[],
  compare: (a: Item, b: Item) => number,
): Steps<readonly Item[]> {
  let from: Item[] = []
  for (let at = 0; at < items.length; at += RUN) {
    for (const item of items.slice(at, at + RUN).sort(compare)) from.push(item)
    yield
  }
  for (let width = RUN; width < items.length; width *= 2) {
    const to: Item[] = []
    for (let at = 0; at < from.length; at += 2 * width) {
      yield* merge(from, at, Math.min(at + width, from.length), Math.min(at + 2 * width, from.length), {
        to,
        compare,
      })
    }
    from = to
  }
  return from
}

function* merge<Item>(
  from: readonly Item[],
  start: number,
  middle: number,
  end: number,
  { to, compare }: { readonly to: Item[]; readonly compare: (a: Item, b: Item) => number },
): Steps<void> {
  for (let a = start, b = middle; a < middle || b < end; ) {
    if (to.length % ROWS_PER_STEP === 0) yield
    const isFirst = b === end || (a < middle && compare(from[a] as Item, from[b] as Item) <= 0)
    to.push(from[isFirst ? a++ : b++] as Item)
  }
}
