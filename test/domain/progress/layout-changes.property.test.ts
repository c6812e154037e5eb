import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { POLL_MS, T0, type WatchedPoll, Watching } from './watching.ts'

/** Cells that may be there, each with a group and a partition of its own topic. */
const NAMES = ['a t1/0', 'a t3/0', 'b t2/0', 'b t3/0', 'c t1/0', 'c t2/0'] as const

/** What a cell does in one poll: its commit moves on, it is unread, or it is not there at all. */
const deed = fc.constantFrom('works', 'works', 'sleeps', 'sleeps', 'sleeps', 'rewinds', 'gone')
const script = fc.array(fc.array(deed, { minLength: NAMES.length, maxLength: NAMES.length }), {
  minLength: 1,
  maxLength: 40,
})

type Script = readonly (readonly string[])[]

/** The polls in which the named cells are seen; a gone cell's topic is there only while another needs it. */
function pollsOf(deeds: Script, names: readonly string[], minutes: number): readonly WatchedPoll[] {
  const commits = new Map(NAMES.map((name, i) => [name as string, 100 + 1_000 * i]))
  return deeds.map((row, p) => {
    const topics: Record<string, readonly (readonly [number, number])[]> = {}
    const groups: Record<string, { commits: Record<string, number> }> = {}
    NAMES.forEach((name, i) => {
      const step = row[i] === 'works' ? 7 : row[i] === 'rewinds' ? -3 : 0
      const commit = (commits.get(name) as number) + step
      commits.set(name, commit)
      if (row[i] === 'gone' || !names.includes(name)) return
      const [group, place] = name.split(' ') as [string, string]
      topics[place.slice(0, -2)] = [[0, 1_000_000]]
      groups[group] ??= { commits: {} }
      ;(groups[group] as { commits: Record<string, number> }).commits[place] = commit
    })
    return { at: T0 + p * minutes * 4 * POLL_MS, topics, groups }
  })
}

/** All that is remembered of one cell; null while it is not there. */
function memoryOf(watching: Watching, name: string) {
  const cell = watching.cells().get(name)
  const { gaps } = watching.memory.progress
  return cell === undefined ? null : { ...watching.view(name), list: [...(gaps.get(cell) ?? [])] }
}

describe('what is remembered of a cell', () => {
  it('is the same whatever other cells come and go beside it', () => {
    fc.assert(
      fc.property(script, fc.integer({ min: 1, max: 9 }), (deeds, minutes) => {
        const together = new Watching()
        const alone = NAMES.map(name => ({ name, watching: new Watching() }))
        const single = alone.map(({ name }) => pollsOf(deeds, [name], minutes))
        pollsOf(deeds, NAMES, minutes).forEach((poll, p) => {
          together.poll(poll)
          alone.forEach(({ name, watching }, i) => {
            watching.poll(single[i]?.[p] as WatchedPoll)
            assert.deepEqual(memoryOf(together, name), memoryOf(watching, name), `${name} at poll ${p}`)
          })
        })
      }),
      { numRuns: 60 },
    )
  })

  it('is never written after it was passed on', () => {
    fc.assert(
      fc.property(script, deeds => {
        const watching = new Watching()
        for (const poll of pollsOf(deeds, NAMES, 3)) {
          const before = watching.memory.progress
          const shown = () => ({ ...before, gaps: new Map(before.gaps) })
          const copy = structuredClone(shown())
          watching.poll(poll)
          assert.deepEqual(shown(), copy)
        }
      }),
      { numRuns: 30 },
    )
  })
})
