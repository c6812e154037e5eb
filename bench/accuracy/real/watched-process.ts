import { type OwnedProcess, spawnOwned } from '../../../test/harness/owned-process.ts'
import { waitUntil } from '../../../test/harness/wait-until.ts'
import { fetchCluster, readSnapshot } from './read-snapshot.ts'
import type { PollSample } from './samples.ts'

/** How often it is asked whether there is a new snapshot: a part of the poll interval. */
const LOOK_EVERY_MS = 500

/** The exporter as users run it, a process of its own, of which every snapshot is read. It may be killed and begun anew. */
export class WatchedProcess {
  readonly samples: PollSample[] = []
  /** Snapshots that were gone before they were read. */
  missed = 0
  /** What it logged as a warning or worse. */
  readonly logged: string[] = []
  readonly kills: number[] = []
  readonly #main: string
  readonly #configFile: string
  readonly #groups: () => readonly string[]
  #life = 0
  #process: (OwnedProcess & { readonly url: string }) | null = null
  #watching: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(main: string, configFile: string, groups: () => readonly string[]) {
    this.#main = main
    this.#configFile = configFile
    this.#groups = groups
  }

  async start(): Promise<void> {
    await this.#launch()
    this.#watching = this.#watch()
  }

  async #launch(): Promise<void> {
    const owned = await spawnOwned(process.execPath, [this.#main, 'serve', `--config=${this.#configFile}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production' },
    })
    let text = ''
    owned.child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      text += part
      for (const line of part.split('\n'))
        if (/"level":"?(40|50|60|warn|error|fatal)/.test(line)) this.logged.push(line)
    })
    const url = await waitUntil(
      'the exporter listens',
      () => {
        if (owned.child.exitCode !== null) throw new Error(`it ended: ${text}`)
        return /listening on (http:\/\/[\d.:]+)/.exec(text)?.[1]
      },
      { pauseMs: 20 },
    )
    this.#life++
    this.#process = { ...owned, url }
  }

  /** kill −9, and a start at once. */
  async killAndStart(): Promise<void> {
    const old = this.#process
    this.#process = null
    this.kills.push(Date.now())
    await old?.end('SIGKILL')
    await this.#launch()
  }

  async #watch(): Promise<void> {
    let takenAt = ''
    let life = 0
    let polls = 0
    while (!this.#isStopped) {
      const { url } = this.#process ?? {}
      const current = this.#life
      if (url !== undefined) {
        try {
          const cluster = await fetchCluster(url)
          if (cluster !== null && cluster.takenAt !== null && cluster.takenAt !== takenAt) {
            const sample = await readSnapshot(url, cluster, this.#groups())
            if (current !== life) polls = 0
            life = current
            polls++
            takenAt = cluster.takenAt
            if (sample === null) this.missed++
            else this.samples.push({ ...sample, life, pollOfLife: polls })
          }
        } catch {
          // It is being killed, or is not there yet.
        }
      }
      await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS))
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#watching
    await this.#process?.end('SIGTERM')
  }
}
