import type { Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import {
  type AssignedTopic,
  type DescribedGroup,
  type DescribedMember,
  type DescribeGroupsResponse,
  encodeDescribe,
  toHost,
} from './described-group.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ReadingPace } from './reading-pace.ts'

/** KIP-1071 streams groups. */
export const STREAMS_GROUP_DESCRIBE: Api = {
  key: 89,
  name: 'StreamsGroupDescribe',
  min: 0,
  max: 0,
  flexibleFrom: 0,
}

/** One task names all topics of its subtopology: a bound on what a small answer can make of this. */
const MAX_ASSIGNED_TOPICS = 1_000_000

/** Topics that the tasks of a subtopology read, by its id. */
type Sources = ReadonlyMap<string, readonly string[]>

export function encodeStreamsGroupDescribe(version: number, groups: readonly string[]): Buffer {
  return encodeDescribe(STREAMS_GROUP_DESCRIBE, version, groups)
}

/**
 * A member is assigned the partitions that its active tasks read: task `p` of a subtopology reads partition `p` of
 * each of its source topics that has one, so that the list may name partitions beyond the end of a smaller topic.
 */
export function* decodeStreamsGroupDescribe(version: number, body: Buffer): Steps<DescribeGroupsResponse> {
  const reader = new ProtocolReader(body, STREAMS_GROUP_DESCRIBE, version)
  const pace = new ReadingPace(reader)
  const throttleMs = reader.int32()
  const groups: DescribedGroup[] = []
  let assignedTopics = 0
  for (let n = reader.listLength(20); n > 0; n--) {
    const errorCode = reader.int16()
    reader.skipString() // error_message
    const id = reader.string()
    const state = reader.string()
    const epoch = reader.int32()
    reader.int32() // assignment_epoch
    const sources = yield* readTopology(reader, pace)
    const members: DescribedMember[] = []
    for (let m = reader.listLength(28); m > 0; m--) {
      const member = yield* readMember(reader, pace, sources, MAX_ASSIGNED_TOPICS - assignedTopics)
      assignedTopics += member.assignment.length
      members.push(member)
      if (pace.isDue()) yield
    }
    reader.int32() // authorized_operations
    reader.tags()
    groups.push({ id, errorCode, state, protocolType: '', protocol: '', epoch, members })
    if (pace.isDue()) yield
  }
  reader.tags()
  reader.end()
  return { throttleMs, groups }
}

function* readTopology(reader: ProtocolReader, pace: ReadingPace): Steps<Sources> {
  const sources = new Map<string, string[]>()
  if (reader.int8() < 0) return sources
  reader.int32() // epoch
  const subtopologies = Math.max(0, reader.nullableArrayLength(6))
  reader.countObjects(subtopologies)
  for (let n = subtopologies; n > 0; n--) {
    const subtopology = reader.string()
    const topics: string[] = []
    const readTopic = () => topics.push(reader.string())
    yield* times(reader.listLength(1), pace, readTopic)
    yield* times(reader.arrayLength(1), pace, () => reader.skipString()) // repartition_sink_topics
    // state_changelog_topics
    yield* readTopicInfos(reader, pace, reader.arrayLength(9), () => reader.skipString())
    // repartition_source_topics
    yield* readTopicInfos(reader, pace, reader.listLength(9), readTopic)
    reader.tags()
    sources.set(subtopology, topics)
    if (pace.isDue()) yield
  }
  reader.tags()
  return sources
}

function* readTopicInfos(
  reader: ProtocolReader,
  pace: ReadingPace,
  length: number,
  readName: () => void,
): Steps<void> {
  for (let n = length; n > 0; n--) {
    readName()
    reader.int32() // partitions
    reader.int16() // replication_factor
    yield* skipKeyValues(reader, pace) // topic_configs
    reader.tags()
    if (pace.isDue()) yield
  }
}

function* readMember(
  reader: ProtocolReader,
  pace: ReadingPace,
  sources: Sources,
  room: number,
): Steps<DescribedMember> {
  const memberId = reader.string()
  reader.int32() // member_epoch
  reader.skipString() // instance_id
  reader.skipString() // rack_id
  const clientId = reader.string()
  const host = toHost(reader.string())
  reader.int32() // topology_epoch
  reader.skipString() // process_id
  skipEndpoint(reader) // user_endpoint
  yield* skipKeyValues(reader, pace) // client_tags
  yield* skipTaskOffsets(reader, pace) // task_offsets
  yield* skipTaskOffsets(reader, pace) // task_end_offsets
  const assignment = yield* readActiveTasks(reader, pace, sources, room)
  yield* skipTasks(reader, pace) // standby_tasks
  yield* skipTasks(reader, pace) // warmup_tasks
  reader.tags()
  // target_assignment: its active, standby and warmup tasks
  for (let n = 3; n > 0; n--) yield* skipTasks(reader, pace)
  reader.tags()
  reader.boolean() // is_classic
  reader.tags()
  return { memberId, clientId, host, assignment }
}

function* readActiveTasks(
  reader: ProtocolReader,
  pace: ReadingPace,
  sources: Sources,
  room: number,
): Steps<AssignedTopic[]> {
  const assignment: AssignedTopic[] = []
  for (let n = reader.arrayLength(3); n > 0; n--) {
    const topics = sources.get(reader.string()) ?? []
    const partitions = reader.int32Array()
    reader.tags()
    if (assignment.length + topics.length > room) throw reader.malformed('more assigned topics than can be')
    for (const topic of topics) assignment.push({ topic, partitions })
    if (pace.isDue()) yield
  }
  return assignment
}

function* times(count: number, pace: ReadingPace, read: () => void): Steps<void> {
  for (let n = count; n > 0; n--) {
    read()
    if (pace.isDue()) yield
  }
}

function skipTasks(reader: ProtocolReader, pace: ReadingPace): Steps<void> {
  return times(reader.arrayLength(3), pace, () => {
    reader.skipString()
    reader.skipInt32Array()
    reader.tags()
  })
}

function skipTaskOffsets(reader: ProtocolReader, pace: ReadingPace): Steps<void> {
  return times(reader.arrayLength(14), pace, () => {
    reader.skipString()
    reader.skip(12) // partition, offset
    reader.tags()
  })
}

function skipKeyValues(reader: ProtocolReader, pace: ReadingPace): Steps<void> {
  return times(reader.arrayLength(3), pace, () => {
    reader.skipString()
    reader.skipString()
    reader.tags()
  })
}

function skipEndpoint(reader: ProtocolReader): void {
  if (reader.int8() < 0) return
  reader.skipString() // host
  reader.skip(2) // port
  reader.tags()
}
