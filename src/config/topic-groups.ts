import { textPairs } from './text-pairs.ts'

const TOPIC = /^[\w.-]{1,249}$/

/** The consumer group of each topic. */
export const topicGroups = textPairs({
  expected: 'a mapping of topic names to group ids',
  pair: 'TOPIC=GROUP',
  faultOf(topic, group, isKnown) {
    if (!TOPIC.test(topic)) return [topic, 'a topic name']
    if (isKnown) return [topic, 'each topic once']
    if (typeof group !== 'string') return [group, 'a group id, in quotes']
    return group === '' ? [group, 'a group id'] : null
  },
})
