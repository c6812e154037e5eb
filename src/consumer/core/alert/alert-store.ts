export type Claim =
  /** Nobody else may send it. `suppressed`: what all processes have counted since the last claim. */
  | { readonly isOurs: true; readonly suppressed: number }
  /** Another process has sent it, and it is held back for so long. */
  | { readonly isOurs: false; readonly restMs: number }

/** What several processes share. Keys are fingerprints. Every method may fail; deadlines are the caller's. */
export interface AlertStore {
  /** Of all that ask for the same within the cool-down one gets it. */
  claim(key: string, coolDownMs: number): Promise<Claim>
  /** Gives a claim up after so long. */
  shorten(key: string, restMs: number): Promise<void>
  /** Adds to what has been held back, for the next who claims it. */
  countSuppressed(key: string, times: number): Promise<void>
}
