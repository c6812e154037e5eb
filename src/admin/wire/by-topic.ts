/** In the order in which each topic came first. */
export function byTopic<Item extends { readonly topic: string }>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const topics = new Map<string, Item[]>()
  for (const item of items) {
    const own = topics.get(item.topic)
    if (own === undefined) topics.set(item.topic, [item])
    else own.push(item)
  }
  return topics
}
