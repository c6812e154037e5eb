/**
 * Visits 0 to count - 1 in an order that is not ascending but always the same. Real brokers answer partitions and
 * topics in arbitrary order, and a client that relies on their position must fail here too.
 */
export function arbitraryOrder(count: number): (position: number) => number {
  if (count < 2) return position => position
  let stride = Math.max(1, Math.round(count * 0.618))
  while (greatestCommonDivisor(stride, count) !== 1) stride++
  const shift = count - 1
  return position => (position * stride + shift) % count
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

export function inArbitraryOrder<Item>(items: readonly Item[]): Item[] {
  const order = arbitraryOrder(items.length)
  return items.map((_, position) => items[order(position)] as Item)
}
