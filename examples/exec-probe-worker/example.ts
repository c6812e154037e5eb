import type { Example } from '../example.ts'

export const example: Example = {
  topics: [{ name: 'jobs', partitions: 3 }],
  needsPostgres: false,
  env: { KAFKA_TOPIC: 'jobs', KAFKA_GROUP: 'exec-probe-worker', STALLED_AFTER_MS: '10000' },
  ports: [],
  *records() {
    for (let n = 0; ; n++)
      yield { topic: 'jobs', message: { key: `job-${n}`, value: JSON.stringify({ takesMs: 50 }) } }
  },
  lookAt: ({ HEARTBEAT_FILE }) => [
    ['as a probe', `rm ${HEARTBEAT_FILE} && echo alive`],
    ['by its age', `npx tsx src/main.ts heartbeat-check ${HEARTBEAT_FILE} --max-age=15s`],
  ],
}
