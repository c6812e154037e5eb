/** Names of the parts that a reload adds, removes, makes anew and leaves alone; null is the unnamed cluster. */
export interface PartChanges {
  readonly added: readonly (string | null)[]
  readonly removed: readonly (string | null)[]
  readonly changed: readonly (string | null)[]
  readonly kept: readonly (string | null)[]
}

export interface EstateChanges {
  readonly clusters: PartChanges
  readonly dependencies: PartChanges
  readonly services: PartChanges
}

/** One thing that keeps a configuration from being put in force; never holds a secret. */
export interface ReloadFault {
  readonly at: string
  readonly problem: string
}

/** Either all of the configuration is in force, or none of it. */
export type ReloadOutcome =
  | { readonly isApplied: true; readonly changes: EstateChanges }
  | { readonly isApplied: false; readonly faults: readonly ReloadFault[] }

/** Reads the configuration anew. Rejects only for a defect of this program. */
export type Reload = (cause: string) => Promise<ReloadOutcome>
