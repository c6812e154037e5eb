import type { ClusterHandle, Estate } from '../model/ports.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { HttpFault } from './faults.ts'

/** The first value of a query parameter, '' when it is not there. */
export function textOf(query: URLSearchParams, name: string): string {
  return query.get(name) ?? ''
}

/** A whole number of at least `least`; the fallback when it is not there, never more than `most`. */
export function wholeNumberOf(
  query: URLSearchParams,
  name: string,
  bounds: { readonly least: number; readonly most: number; readonly fallback: number },
): number {
  const text = textOf(query, name)
  if (text === '') return bounds.fallback
  if (!/^\d{1,9}$/.test(text) || Number(text) < bounds.least) {
    throw new HttpFault(400, 'BAD_PARAMETER', `${name} must be a whole number of at least ${bounds.least}`)
  }
  return Math.min(Number(text), bounds.most)
}

/** One of `choices`, the first of which is the default. */
export function choiceOf<Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = textOf(query, name)
  if (text === '') return choices[0]
  const choice = choices.find(c => c === text)
  if (choice === undefined) {
    throw new HttpFault(400, 'BAD_PARAMETER', `${name} must be one of ${choices.join(', ')}`)
  }
  return choice
}

/**
 * The clusters that a list is about: all of them, or the one of `?cluster=`. They stand still: an answer that is made
 * in steps speaks of one moment, whatever is published meanwhile.
 */
export function clustersOf(estate: Estate, query: URLSearchParams): readonly ClusterHandle[] {
  const name = textOf(query, 'cluster')
  if (name === '') return estate.clusters().map(atThisMoment)
  const found = estate.clusters().filter(cluster => cluster.name === name)
  if (found.length === 0) {
    throw new HttpFault(404, 'CLUSTER_NOT_FOUND', `there is no cluster of that name; ${choices(estate)}`)
  }
  return found.map(atThisMoment)
}

function atThisMoment(handle: ClusterHandle): ClusterHandle {
  const snapshot = handle.snapshot()
  const polled = handle.polled()
  return { ...handle, snapshot: () => snapshot, polled: () => polled }
}

/** The one cluster that a request is about, with what is known of it. */
export function oneClusterOf(estate: Estate, query: URLSearchParams): ClusterWithSnapshot {
  const [handle, second] = clustersOf(estate, query)
  if (handle === undefined) throw new HttpFault(404, 'CLUSTER_NOT_FOUND', 'no cluster is configured')
  if (second !== undefined) {
    throw new HttpFault(400, 'CLUSTER_REQUIRED', `name one with ?cluster=; ${choices(estate)}`)
  }
  const snapshot = handle.snapshot()
  if (snapshot === null) throw new HttpFault(503, 'NO_SNAPSHOT', noSnapshotReason(handle))
  return { handle, snapshot }
}

export interface ClusterWithSnapshot {
  readonly handle: ClusterHandle
  readonly snapshot: Snapshot
}

/** Why a cluster has no snapshot, in words for people. */
export function noSnapshotReason(handle: ClusterHandle): string {
  return handle.polled()
    ? `no poll has ended for more than ${handle.maxReadingAgeMs / 1000} s`
    : 'the first poll has not ended yet'
}

function choices(estate: Estate): string {
  const names = estate.clusters().flatMap(cluster => (cluster.name === null ? [] : [cluster.name]))
  return names.length > 0 ? `choose from ${names.join(', ')}` : 'the only cluster here has no name'
}
