import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { checkConfig } from '../../src/cli/check-config.ts'
import { readTextFile } from '../../src/config/read-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'read-file-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function check(path: string): { readonly exitCode: number; readonly said: string } {
  const said: string[] = []
  const say = (line: string) => said.push(line.replaceAll(path, 'FILE'))
  const exitCode = checkConfig(path, { env: {}, knownFamilies: [], out: say, err: say })
  return { exitCode, said: said.join('\n') }
}

describe('reading a file', () => {
  it('gives its text, without a byte order mark', () => {
    assert.equal(readTextFile(file('text', '\uFEFFä\n'), 100), 'ä\n')
  })

  it('takes as much as it may be, and not a byte more', () => {
    assert.equal(readTextFile(file('full', 'x'.repeat(1024)), 1024).length, 1024)
    assert.throws(() => readTextFile(file('over', 'x'.repeat(1025)), 1024), { message: 'more than 1 KiB' })
    assert.throws(() => readTextFile('/dev/zero', 1024), { message: 'more than 1 KiB' })
  })

  it('says why not in a few words', () => {
    assert.throws(() => readTextFile(join(folder, 'nothing'), 100), { message: 'no such file' })
    assert.throws(() => readTextFile(folder, 100), { message: 'a directory' })
    assert.throws(() => readTextFile(file('latin1', Uint8Array.of(0xe4)), 100), { message: 'not UTF-8' })
  })
})

describe('reading a pipe', () => {
  const fifo = join(folder, 'fifo')
  before(() => execFileSync('mkfifo', [fifo]))

  it('never waits for a writer', () => {
    assert.equal(readTextFile(fifo, 100), '')
    assert.throws(() => readTextFile(fifo, 100, 'again'), { message: 'a pipe' })
  })

  it('waits for what a program is about to write', async () => {
    const writer = spawn('sh', ['-c', 'exec 3<>"$1"; echo ready; sleep 0.2; echo text >&3', 'sh', fifo])
    await once(writer.stdout, 'data')
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      assert.equal(readTextFile(fifo, 100), 'text\n')
    } finally {
      closeSync(reader)
    }
  })

  it('is a fault where the file will be read again', () => {
    const config = (ca: string) => file('pipe.yml', `clusters: [{brokers: ["a:1"], tls: {ca_file: ${ca}}}]`)
    const said = 'clusters[0].tls.ca_file: got "FIFO" (a pipe), expected a file that can be read again'
    const { exitCode, said: got } = check(config(fifo))
    assert.deepEqual([exitCode, got.replaceAll(fifo, 'FIFO')], [1, said])
  })

  it('is none where a link leads to a regular file, as in a mounted secret', () => {
    mkdirSync(join(folder, '..data'))
    file('..data/token', 'abc')
    symlinkSync('..data', join(folder, '..now'))
    symlinkSync('..now/token', join(folder, 'token'))
    assert.equal(readTextFile(join(folder, 'token'), 100, 'again'), 'abc')
  })
})

describe('check-config', () => {
  it('says what a valid file has, and exits with 0', () => {
    const one = file('one.yml', 'clusters: [{brokers: ["a:1"]}]')
    const many = file(
      'many.yml',
      `clusters: [{name: a, brokers: ["a:1"]}, {name: b, brokers: ["b:1"]}]
dependencies: [{name: db, kind: postgres, url: 'postgres://db/app'}]`,
    )
    assert.deepEqual(check(one), { exitCode: 0, said: 'FILE: valid (1 cluster, 0 dependencies)' })
    assert.deepEqual(check(many), { exitCode: 0, said: 'FILE: valid (2 clusters, 1 dependency)' })
  })

  for (const [what, path, said] of [
    ['a directory', folder, 'FILE: got a directory, expected a readable file'],
    ['a file that is not there', join(folder, 'no.yml'), 'FILE: got no such file, expected a readable file'],
    ['an endless file', '/dev/zero', 'FILE: got more than 1024 KiB, expected a readable file'],
    ['bytes', file('bytes.yml', Uint8Array.of(0xff, 0xfe)), 'FILE: got not UTF-8, expected a readable file'],
  ] as const) {
    it(`exits with 1 for ${what}`, () => assert.deepEqual(check(path), { exitCode: 1, said }))
  }
})
