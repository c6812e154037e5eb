import { readdirSync, readFileSync } from 'node:fs'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'

export const FOLDER = new URL('../../docs/runbooks/', import.meta.url)

export interface Runbook {
  /** Of the alert. */
  readonly name: string
  readonly text: string
  /** Lines of shell and what is between backticks: what has to be there. */
  readonly code: readonly string[]
}

export const ALERTS = Object.values(RULE_SETS).flatMap(set => set.groups.flatMap(group => [...group.alerts]))

export function readRunbooks(): readonly Runbook[] {
  return readdirSync(FOLDER)
    .filter(file => file !== 'README.md')
    .map(file => {
      const text = readFileSync(new URL(file, FOLDER), 'utf8')
      return { name: file.replace(/\.md$/, ''), text, code: codeOf(text) }
    })
}

function codeOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^ *```\w*\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = '']) =>
    block.split('\n').map(line => line.trim()),
  )
  const prose = text.replace(/^ *```\w*\n[\s\S]*?^ *```$/gm, '')
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
  return [...blocks, ...spans].filter(Boolean)
}

/** Of a command line as a shell would part it. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replace(/['"]/g, ''))
}
