import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { Command } from 'commander'
import { addRuleFlags } from '../../src/cli/add-rule-flags.ts'
import { runCommandLine } from '../../src/cli/program.ts'

const PAGE = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
const SECTION = /\n## rules\n(.*?)\n## /s.exec(PAGE)?.[1] ?? ''
const INSTALLING = readFileSync(new URL('../../alerts/README.md', import.meta.url), 'utf8')

/** A command line for a shell as the list of its words, without what follows a pipe. */
function wordsOf(line: string): readonly string[] {
  const [command = ''] = line.replaceAll('\\\n', ' ').split(/ \||\n/)
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''))
}

async function run(words: readonly string[]) {
  const out: string[] = []
  const code = await runCommandLine(words.slice(1), {
    env: {},
    stdout: { write: text => out.push(text) },
    stderr: { write: text => out.push(text) },
    readFile: () => assert.fail('no file is read'),
  })
  return { code, out: out.join('') }
}

describe('docs/cli.md on rules', () => {
  const examples = [...SECTION.matchAll(/```console\n\$ (kafka-health-exporter rules [^\n]+)\n(.*?)```/gs)]

  it('has an example that is written and one that is refused', () => {
    assert.equal(examples.length, 2)
  })

  for (const [, line = '', shown = ''] of examples) {
    it(`shows what is printed: ${line}`, async () => {
      const { code, out } = await run(wordsOf(line))
      const lines = Number(/\| head -n (\d+)$/.exec(line)?.[1] ?? Number.POSITIVE_INFINITY)
      const output = out.split('\n').slice(0, lines).join('\n').trimEnd()
      assert.equal(shown.trimEnd(), code === 0 ? output : `${output}\n$ echo $?\n${code}`)
    })
  }

  it('tells of every flag', () => {
    const flags = addRuleFlags(new Command()).options.map(option => option.long)
    assert.ok(flags.includes('--selector'))
    assert.deepEqual(
      flags.filter(flag => !new RegExp(`^\\| \`${flag}=`, 'm').test(SECTION)),
      [],
    )
  })
})

describe('alerts/README.md', () => {
  const commands = [...INSTALLING.matchAll(/^kafka-health-exporter rules (?:\\\n|[^\n])+/gm)].map(
    ([line]) => line,
  )

  it('has commands', () => {
    assert.equal(commands.length, 2)
  })

  for (const command of commands) {
    it(`has one that works: ${command.replaceAll('\\\n', ' ')}`, async () => {
      const words = wordsOf(command).filter(word => !word.startsWith('--output'))
      const { code, out } = await run(words)
      assert.equal(code, 0, out)
      assert.match(out, /^# Made by: kafka-health-exporter rules /)
    })
  }
})
