import type { Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import {
  type AssignedTopic,
  type DescribedGroup,
  type DescribedMember,
  type DescribeGroupsResponse,
  encodeDescribe,
  skipStrings,
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
    const sources = readTopology(reader)
    const members: DescribedMember[] = []
    for (let m = reader.listLength(28); m > 0; m--) {
      const member = readMember(reader, sources, MAX_ASSIGNED_TOPICS - assignedTopics)
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

function readTopology(reader: ProtocolReader): Sources {
  const sources = new Map<string, string[]>()
  if (reader.int8() < 0) return sources
  reader.int32() // epoch
  const subtopologies = Math.max(0, reader.nullableArrayLength(6))
  reader.countObjects(subtopologies)
  for (let n = subtopologies; n > 0; n--) {
    const subtopology = reader.string()
    const topics: string[] = []
    for (let t = reader.arrayLength(1); t > 0; t--) topics.push(reader.string())
    skipStrings(reader) // repartition_sink_topics
    readTopicInfos(reader, []) // state_changelog_topics
    readTopicInfos(reader, topics) // repartition_source_topics
    reader.tags()
    sources.set(subtopology, topics)
  }
  reader.tags()
  return sources
}

function readTopicInfos(reader: ProtocolReader, into: string[]): void {
  for (let n = reader.arrayLength(9); n > 0; n--) {
    into.push(reader.string())
    reader.int32() // partitions
    reader.int16() // replication_factor
    skipKeyValues(reader) // topic_configs
    reader.tags()
  }
}

function readMember(reader: ProtocolReader, sources: Sources, room: number): DescribedMember {
  const memberId = reader.string()
  reader.int32() // member_epoch
  reader.skipString() // instance_id
  reader.skipString() // rack_id
  const clientId = reader.string()
  const host = toHost(reader.string())
  reader.int32() // topology_epoch
  reader.skipString() // process_id
  skipEndpoint(reader) // user_endpoint
  skipKeyValues(reader) // client_tags
  skipTaskOffsets(reader) // task_offsets
  skipTaskOffsets(reader) // task_end_offsets
  const assignment = readActiveTasks(reader, sources, room)
  readActiveTasks(reader, NO_SOURCES, 0) // target_assignment
  reader.boolean() // is_classic
  reader.tags()
  return { memberId, clientId, host, assignment }
}

const NO_SOURCES: Sources = new Map()

function readActiveTasks(reader: ProtocolReader, sources: Sources, room: number): AssignedTopic[] {
  const assignment: AssignedTopic[] = []
  for (let n = reader.arrayLength(3); n > 0; n--) {
    const subtopology = reader.string()
    const partitions = reader.int32Array()
    reader.tags()
    const topics = sources.get(subtopology) ?? []
    if (assignment.length + topics.length > room) throw reader.malformed('more assigned topics than can be')
    for (const topic of topics) assignment.push({ topic, partitions })
  }
  skipTasks(reader) // standby_tasks
  skipTasks(reader) // warmup_tasks
  reader.tags()
  return assignment
}

function skipTasks(reader: ProtocolReader): void {
  for (let n = reader.arrayLength(3); n > 0; n--) {
    reader.skipString()
    reader.skipInt32Array()
    reader.tags()
  }
}

function skipTaskOffsets(reader: ProtocolReader): void {
  for (let n = reader.arrayLength(14); n > 0; n--) {
    reader.skipString()
    reader.skip(12) // partition, offset
    reader.tags()
  }
}

function skipKeyValues(reader: ProtocolReader): void {
  for (let n = reader.arrayLength(3); n > 0; n--) {
    reader.skipString()
    reader.skipString()
    reader.tags()
  }
}

function skipEndpoint(reader: ProtocolReader): void {
  if (reader.int8() < 0) return
  reader.skipString() // host
  reader.skip(2) // port
  reader.tags()
}
