import type { Example } from '../example.ts'

export const example: Example = {
  topics: [
    { name: 'payments', partitions: 3 },
    { name: 'payments-dlq', partitions: 1 },
  ],
  needsPostgres: false,
  env: {
    KAFKA_TOPIC: 'payments',
    KAFKA_GROUP: 'auto-healing-consumer',
    DEAD_LETTER_TOPIC: 'payments-dlq',
    STALLED_AFTER_MS: '10000',
  },
  ports: ['PORT'],
  *records() {
    for (let n = 0; ; n++) {
      // Some are refused by the bank for a moment, some for good, and some are no payments at all.
      const amount = n % 50 === 7 ? -1 : 100 + (n % 900)
      const value = n % 50 === 23 ? 'no JSON' : JSON.stringify({ id: n, amount, flaky: n % 10 === 3 })
      yield { topic: 'payments', message: { key: `account-${n % 20}`, value } }
    }
  },
  lookAt: ({ PORT, KAFKA_BROKERS }) => [
    ['alive?', `curl -i localhost:${PORT}/livez`],
    ['metrics', `curl -s localhost:${PORT}/metrics | grep kafka_consumer_client`],
    ['dead letters', `npx tsx src/main.ts dlq list --kafka.brokers=${KAFKA_BROKERS}`],
    ['one of them', `npx tsx src/main.ts dlq show payments-dlq --kafka.brokers=${KAFKA_BROKERS}`],
  ],
}
