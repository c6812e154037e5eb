/**
 * A kept connection that was idle for longer is not asked over again: what stands between, such as NAT, forgets such
 * connections and tells neither end, and the silence would look like that of the server.
 */
export const LONGEST_IDLE_MS = 60_000
