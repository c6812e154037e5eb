/**
 * For `brokers` of `new Kafka(…)`: one broker of the list for each time that KafkaJS asks, the next one each time, the
 * first one at random. KafkaJS begins each client with the first of a list and stays with it where it takes the
 * connection and answers nothing, so that one such broker would keep every new client from Kafka.
 *
 * Throws a TypeError where the list is empty.
 */
export function rotatingBrokers(brokers: readonly string[]): () => string[] {
  const list = [...brokers]
  if (list.length === 0) throw new TypeError('brokers: got an empty list, expected at least one host:port')
  // At random: who is started again because of a silent broker must not begin with it again.
  let next = Math.floor(Math.random() * list.length)
  // Only one: KafkaJS counts on in what it is given by itself, and of two would skip the other each time.
  return () => [list[next++ % list.length] as string]
}
