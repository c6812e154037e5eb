import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runHeartbeatCheck, runHeartbeatProgram } from '../../src/cli/heartbeat-check.ts'

const NOW = 1_800_000_000_000

function check(writtenAt: number | Error, maxAge = '320s') {
  const out: string[] = []
  const err: string[] = []
  const code = runHeartbeatCheck(
    '/run/beat',
    { maxAge },
    {
      stdout: { write: text => out.push(text) },
      stderr: { write: text => err.push(text) },
      now: () => NOW,
      writtenAt: () => {
        if (writtenAt instanceof Error) throw writtenAt
        return writtenAt
      },
    },
  )
  return { code, out: out.join(''), err: err.join('') }
}

const CASES: readonly (readonly [what: string, ageMs: number, code: number, line: string])[] = [
  ['just touched', 200, 0, 'alive: /run/beat: touched 0 s ago, --max-age is 5m20s\n'],
  ['at the limit', 320_000, 0, 'alive: /run/beat: touched 320 s ago, --max-age is 5m20s\n'],
  ['past it', 320_001, 1, 'stuck: /run/beat: touched 320 s ago, --max-age is 5m20s\n'],
  ['a little ahead', -1_000, 0, 'alive: /run/beat: touched 1 s ago, --max-age is 5m20s\n'],
  ['from the future', -3_600_000, 1, 'stuck: /run/beat: touched 3600 s ago, --max-age is 5m20s\n'],
]

for (const [what, ageMs, code, line] of CASES) {
  test(`a file that was ${what}`, () => {
    const [out, err] = code === 0 ? [line, ''] : ['', line]
    assert.deepEqual(check(NOW - ageMs), { code, out, err })
  })
}

test('a file that is not there', () => {
  const error = Object.assign(new Error("ENOENT: no such file, stat '/run/beat'"), { code: 'ENOENT' })
  assert.deepEqual(check(error), { code: 1, out: '', err: 'stuck: /run/beat: there is no such file\n' })
})

test('a file that may not be looked at', () => {
  const error = Object.assign(new Error("EACCES: permission denied, stat '/run/beat'"), { code: 'EACCES' })
  assert.equal(check(error).err, "stuck: /run/beat: EACCES: permission denied, stat '/run/beat'\n")
})

for (const maxAge of ['0', 'soon', '-1s', '']) {
  test(`no age: ${maxAge}`, () => {
    assert.deepEqual(check(NOW, maxAge), {
      code: 1,
      out: '',
      err: `--max-age: got "${maxAge}", expected a duration above 0, such as 320s or 5m\n`,
    })
  })
}

const COMMAND_LINES: readonly (readonly [argv: readonly string[], code: number, err: string])[] = [
  [[], 1, "error: missing required argument 'file'\n"],
  [
    ['--max-age', '1s', 'a', 'b'],
    1,
    "error: too many arguments for 'heartbeat-check'. Expected 1 argument but got 2.\n",
  ],
  [['/nowhere/beat'], 1, 'stuck: /nowhere/beat: there is no such file\n'],
  [['--age=1s', '/nowhere/beat'], 1, "error: unknown option '--age=1s'\n"],
]

for (const [argv, code, line] of COMMAND_LINES) {
  test(`by itself: heartbeat-check ${argv.join(' ')}`, () => {
    const err: string[] = []
    const stderr = { write: (text: string) => err.push(text) }
    const exitCode = runHeartbeatProgram(['heartbeat-check', ...argv], { stdout: stderr, stderr })
    assert.deepEqual([exitCode, err.join('')], [code, line])
  })
}

test('as a probe runs it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heartbeat-'))
  try {
    const file = join(folder, 'beat')
    const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
    const probe = () => {
      const args = ['--import', 'tsx', main, 'heartbeat-check', file, '--max-age=1h']
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
      return { status, out: stdout.replace(/\d+ s ago/, 'N s ago'), err: stderr }
    }
    assert.deepEqual(probe(), { status: 1, out: '', err: `stuck: ${file}: there is no such file\n` })
    writeFileSync(file, '')
    assert.deepEqual(probe(), {
      status: 0,
      out: `alive: ${file}: touched N s ago, --max-age is 1h\n`,
      err: '',
    })
    utimesSync(file, 1, 1)
    assert.equal(probe().status, 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
