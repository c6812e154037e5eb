import type { GroupKind } from '../../model/observation.ts'
import type { Steps } from '../../model/steps.ts'
import type { Api } from '../wire/api.ts'
import {
  CONSUMER_GROUP_DESCRIBE,
  decodeConsumerGroupDescribe,
  encodeConsumerGroupDescribe,
} from '../wire/consumer-group-describe.ts'
import { DESCRIBE_GROUPS, decodeDescribeGroups, encodeDescribeGroups } from '../wire/describe-groups.ts'
import type { DescribeGroupsResponse } from '../wire/described-group.ts'
import {
  decodeShareGroupDescribe,
  encodeShareGroupDescribe,
  SHARE_GROUP_DESCRIBE,
} from '../wire/share-group-describe.ts'
import {
  decodeStreamsGroupDescribe,
  encodeStreamsGroupDescribe,
  STREAMS_GROUP_DESCRIBE,
} from '../wire/streams-group-describe.ts'

export interface Describer {
  readonly kind: GroupKind
  readonly api: Api
  encode(version: number, groups: readonly string[]): Buffer
  decode(version: number, body: Buffer): Steps<DescribeGroupsResponse>
}

/** The one API that knows each kind; to the others such a group does not exist. */
export const DESCRIBERS: Readonly<Record<Exclude<GroupKind, 'unknown'>, Describer>> = {
  classic: {
    kind: 'classic',
    api: DESCRIBE_GROUPS,
    encode: encodeDescribeGroups,
    decode: decodeDescribeGroups,
  },
  consumer: {
    kind: 'consumer',
    api: CONSUMER_GROUP_DESCRIBE,
    encode: encodeConsumerGroupDescribe,
    decode: decodeConsumerGroupDescribe,
  },
  share: {
    kind: 'share',
    api: SHARE_GROUP_DESCRIBE,
    encode: encodeShareGroupDescribe,
    decode: decodeShareGroupDescribe,
  },
  streams: {
    kind: 'streams',
    api: STREAMS_GROUP_DESCRIBE,
    encode: encodeStreamsGroupDescribe,
    decode: decodeStreamsGroupDescribe,
  },
}

/** What to ask about a group of which only the name is known: most are classic. */
export const GUESSES: readonly Describer[] = [DESCRIBERS.classic, DESCRIBERS.consumer]
