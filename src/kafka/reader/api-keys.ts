import { DESCRIBE_CONFIGS } from '../wire/describe-configs.ts'
import { DESCRIBE_LOG_DIRS } from '../wire/describe-log-dirs.ts'
import { DESCRIBE_PRODUCERS } from '../wire/describe-producers.ts'
import { DESCRIBE_SHARE_GROUP_OFFSETS } from '../wire/describe-share-group-offsets.ts'
import { DESCRIBE_TRANSACTIONS } from '../wire/describe-transactions.ts'
import { FETCH } from '../wire/fetch.ts'
import { FIND_COORDINATOR } from '../wire/find-coordinator.ts'
import { LIST_GROUPS } from '../wire/list-groups.ts'
import { LIST_OFFSETS } from '../wire/list-offsets.ts'
import { LIST_TRANSACTIONS } from '../wire/list-transactions.ts'
import { METADATA } from '../wire/metadata.ts'
import { OFFSET_FETCH } from '../wire/offset-fetch.ts'
import { DESCRIBERS } from './describers.ts'

/** All that a reader ever sends; every one of them only reads. The transport adds ApiVersions and the SASL exchange. */
export const API_KEYS_USED: ReadonlySet<number> = new Set(
  [
    METADATA,
    LIST_OFFSETS,
    LIST_GROUPS,
    OFFSET_FETCH,
    FIND_COORDINATOR,
    DESCRIBERS.classic.api,
    DESCRIBERS.consumer.api,
    DESCRIBERS.share.api,
    DESCRIBERS.streams.api,
    DESCRIBE_SHARE_GROUP_OFFSETS,
    DESCRIBE_CONFIGS,
    DESCRIBE_LOG_DIRS,
    FETCH,
    DESCRIBE_PRODUCERS,
    LIST_TRANSACTIONS,
    DESCRIBE_TRANSACTIONS,
  ].map(api => api.key),
)
