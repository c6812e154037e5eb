import { listOf, text } from './options/option-kinds.ts'
import { refuse } from './options/prove-options.ts'

const BROKERS = listOf(text('host:port'), 'a list of at least one host:port', 1)

/**
 * For `brokers` of `new Kafka(…)`: one broker of the list for each time that KafkaJS asks, the next one each time, the
 * first one at random. KafkaJS begins each client with the first of a list and stays with it where it takes the
 * connection and answers nothing, so that one such broker would keep every new client from Kafka.
 *
 * Throws a TypeError where the list is empty, or none.
 */
export function rotatingBrokers(brokers: readonly string[]): () => string[] {
  refuse('rotatingBrokers', BROKERS.faultsIn(brokers, 'brokers'))
  const list = [...brokers]
  // At random: who is started again because of a silent broker must not begin with it again.
  let next = Math.floor(Math.random() * list.length)
  // Only one: KafkaJS counts on in what it is given by itself, and of two would skip the other each time.
  return () => [list[next++ % list.length] as string]
}
