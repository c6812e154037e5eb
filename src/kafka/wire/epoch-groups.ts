import type { Steps } from '../../model/steps.ts'
import type { DescribedGroup, DescribedMember, DescribeGroupsResponse } from './described-group.ts'
import type { ProtocolReader } from './protocol-reader.ts'
import { ReadingPace } from './reading-pace.ts'

/**
 * The whole answer of ConsumerGroupDescribe and ShareGroupDescribe, which differ in their members only.
 *
 * @param leastMemberBytes no member is shorter, so that a count can be refused before it is believed
 */
export function* readEpochGroups(
  reader: ProtocolReader,
  leastMemberBytes: number,
  readMember: () => DescribedMember,
): Steps<DescribeGroupsResponse> {
  const pace = new ReadingPace(reader)
  const throttleMs = reader.int32()
  const groups: DescribedGroup[] = []
  for (let n = reader.listLength(20); n > 0; n--) {
    const errorCode = reader.int16()
    reader.skipString() // error_message
    const id = reader.string()
    const state = reader.string()
    const epoch = reader.int32()
    reader.int32() // assignment_epoch
    const protocol = reader.string()
    const members: DescribedMember[] = []
    for (let m = reader.listLength(leastMemberBytes); m > 0; m--) {
      members.push(readMember())
      if (pace.isDue()) yield
    }
    reader.int32() // authorized_operations
    reader.tags()
    groups.push({ id, errorCode, state, protocolType: '', protocol, epoch, members })
    if (pace.isDue()) yield
  }
  reader.tags()
  reader.end()
  return { throttleMs, groups }
}
