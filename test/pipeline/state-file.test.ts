import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { stateFile, statePathOf } from '../../src/pipeline/state-file.ts'

const folder = await mkdtemp(join(tmpdir(), 'state-file-'))
after(() => rm(folder, { recursive: true, force: true }))

describe('stateFile', () => {
  it('is null before anything was saved, then what was saved, in a folder made for it', async () => {
    const store = stateFile(join(folder, 'new', 'state'))
    assert.equal(await store.load(), null)
    await store.save(Uint8Array.of(1, 2, 3))
    await store.save(Uint8Array.of(4, 5))
    assert.deepEqual([...((await store.load()) ?? [])], [4, 5])
    assert.deepEqual(await readdir(join(folder, 'new')), ['state'])
  })

  it('writes only the part of the buffer that it was given', async () => {
    const path = join(folder, 'part')
    await stateFile(path).save(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))
    assert.deepEqual([...(await readFile(path))], [2, 3])
  })

  it('names the path of what it cannot write or read', async () => {
    const blocked = join(folder, 'file', 'state')
    await writeFile(join(folder, 'file'), 'not a folder')
    await assert.rejects(stateFile(blocked).save(Uint8Array.of(1)), error => {
      assert.match(String(error), /^ExporterError: cannot write .*\/file\/state: E(EXIST|NOTDIR)/)
      return true
    })
    await assert.rejects(stateFile(folder).load(), { code: 'STATE_UNREADABLE' })
  })

  it('gives each named cluster a file of its own', () => {
    assert.equal(statePathOf('/var/state', null), '/var/state')
    assert.equal(statePathOf('/var/state', 'eu/1'), '/var/state.eu%2F1')
  })
})
