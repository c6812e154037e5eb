import type { BrokerObservation } from '../model/observation.ts'
import type { BrokerView } from '../model/snapshot.ts'

/** A broker, and when the metadata last held it: a fenced or stopped one leaves it after some 9 s. */
export interface RememberedBroker {
  readonly view: BrokerView
  readonly lastInMetadataAt: number
}

/**
 * The brokers to publish: those of the metadata, and those that left it less than `forgetAfterMs` ago, as down.
 * `observed` is null when nobody gave metadata: then every broker known is kept and none is up.
 */
export function rememberBrokers(
  before: readonly RememberedBroker[],
  observed: readonly BrokerObservation[] | null,
  now: number,
  forgetAfterMs: number,
): readonly RememberedBroker[] {
  const present = new Map<number, RememberedBroker>()
  for (const broker of observed ?? []) {
    // One that answered first and failed later in the same poll is not up: its answers are not all there.
    const up = broker.responseMs !== null && broker.failure === null
    const view: BrokerView = { ...broker, inMetadata: true, up }
    present.set(broker.id, { view, lastInMetadataAt: now })
  }
  const left = before
    .filter(b => !present.has(b.view.id) && (observed === null || now - b.lastInMetadataAt < forgetAfterMs))
    .map(b => ({
      view: gone(b.view, observed === null),
      // While nobody gives metadata, nobody says that it left.
      lastInMetadataAt: observed === null && b.view.inMetadata ? now : Math.min(now, b.lastInMetadataAt),
    }))
  return [...present.values(), ...left].sort((a, b) => a.view.id - b.view.id)
}

/** A broker as a saved state names it; the first poll says whether it is up, and if not, why. */
export function restoreBroker(
  id: number,
  host: string,
  port: number,
  lastInMetadataAt: number,
): RememberedBroker {
  const view = { id, host, port, inMetadata: false, up: false, responseMs: null, failure: null }
  return { view, lastInMetadataAt }
}

function gone(view: BrokerView, noMetadata: boolean): BrokerView {
  const failure =
    view.failure ??
    (noMetadata
      ? { code: 'NO_METADATA', message: 'no broker gave metadata in the last poll' }
      : {
          code: 'LEFT_METADATA',
          message: 'the cluster no longer lists this broker: it is stopped or fenced',
        })
  return { ...view, inMetadata: noMetadata && view.inMetadata, up: false, responseMs: null, failure }
}
