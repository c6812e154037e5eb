// The same reading through kafkajs' public admin, as an exporter without codecs of its own has to do it: ends and
// starts of every topic, the list of groups, their descriptions and their commits. No tracking, no publishing.
import { Kafka, logLevel } from 'kafkajs'
import { watchLoop } from './loop-block.ts'
import { NOTHING_DONE, serveMeasurements } from './measured-process.ts'

const PARALLEL = 8
const GROUPS_PER_DESCRIPTION = 50

const [brokers = ''] = process.argv.slice(2)
const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
await admin.connect()

serveMeasurements(
  {
    url: '',
    async poll() {
      const topics = await admin.listTopics()
      // One after the other: kafkajs 2.2.4 crashes on parallel calls of a cold admin.
      for (const topic of topics) await admin.fetchTopicOffsets(topic)
      const groups = (await admin.listGroups()).groups.map(group => group.groupId)
      for (let at = 0; at < groups.length; at += GROUPS_PER_DESCRIPTION) {
        await admin.describeGroups(groups.slice(at, at + GROUPS_PER_DESCRIPTION))
      }
      let commits = 0
      const waiting = [...groups]
      const work = async () => {
        for (let groupId = waiting.pop(); groupId !== undefined; groupId = waiting.pop()) {
          const found = await admin.fetchOffsets({ groupId })
          commits += found.reduce((sum, topic) => sum + topic.partitions.length, 0)
        }
      }
      await Promise.all(Array.from({ length: PARALLEL }, work))
      return { ...NOTHING_DONE, errors: commits === 0 ? ['no commits were read'] : [] }
    },
  },
  watchLoop,
)
