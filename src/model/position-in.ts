/**
 * Where a value stands among those that are in ascending order, each once; -1 where it does not.
 *
 * @param from the first position that is looked at
 * @param end the position behind the last
 */
export function positionIn<Value extends number | string>(
  sorted: ArrayLike<Value>,
  wanted: Value,
  from = 0,
  end = sorted.length,
): number {
  let low = from
  let high = end - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = sorted[middle] as Value
    if (found === wanted) return middle
    if (found < wanted) low = middle + 1
    else high = middle - 1
  }
  return -1
}
