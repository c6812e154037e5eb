/** What a Dockerfile says, in the part of its language that ours uses; all else is refused, never skipped. */
export interface Stage {
  readonly base: string
  readonly name: string | undefined
  readonly steps: readonly Step[]
}

export type Step = { readonly line: number } & (
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'copy'
      readonly from?: string
      readonly sources: readonly string[]
      readonly to: string
    }
  | { readonly kind: 'run'; readonly script: string }
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'expose'; readonly port: number }
  | { readonly kind: 'healthcheck'; readonly command: readonly string[] }
  | { readonly kind: 'entrypoint'; readonly command: readonly string[] }
)

type Unplaced<S> = S extends unknown ? Omit<S, 'line'> : never

/** @throws at the first line that it does not understand. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { base: string; name: string | undefined; steps: Step[] }[] = []
  for (const { line, instruction, rest } of instructionsOf(text)) {
    const refuse = (why: string): never => {
      throw new Error(`Dockerfile:${line}: ${why}: ${instruction} ${rest}`)
    }
    if (instruction === 'FROM') {
      const [, base, name] = /^([^\s$-]\S*)(?:\s+AS\s+([\w.-]+))?$/i.exec(rest) ?? refuse('not understood')
      stages.push({ base: base!, name, steps: [] })
      continue
    }
    const step = parseStep(instruction, rest, refuse)
    const stage = stages.at(-1) ?? refuse('stands before the first FROM')
    stage.steps.push({ ...step, line } as Step)
  }
  if (stages.length === 0) throw new Error('Dockerfile: no FROM')
  return stages
}

function* instructionsOf(text: string): Generator<{ line: number; instruction: string; rest: string }> {
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1
    let logical = lines[at]!.trim()
    if (logical === '' || logical.startsWith('#')) continue
    while (logical.endsWith('\\') && at + 1 < lines.length) {
      const next = lines[++at]!.trim()
      // A comment or an empty line within a continued instruction is not part of it.
      if (next === '' || next.startsWith('#')) continue
      logical = `${logical.slice(0, -1).trimEnd()} ${next}`
    }
    const [, instruction = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(logical) ?? []
    yield { line, instruction: instruction.toUpperCase(), rest }
  }
}

function parseStep(instruction: string, rest: string, refuse: (why: string) => never): Unplaced<Step> {
  const words = rest.split(/\s+/)
  const plain = (...parts: readonly string[]) => {
    if (parts.some(part => part === '' || /["'$*?[\]\\]/.test(part))) {
      refuse('quotes, variables and wildcards are not supported')
    }
  }
  const one = () => {
    plain(rest)
    return words.length === 1 ? rest : refuse('one word expected')
  }
  switch (instruction) {
    case 'WORKDIR':
      return { kind: 'workdir', path: one() }
    case 'USER':
      return { kind: 'user', user: one() }
    case 'EXPOSE':
      return { kind: 'expose', port: /^\d+$/.test(rest) ? Number(rest) : refuse('a port expected') }
    case 'ENV': {
      const [, name, value] = /^(\w+)=(\S*)$/.exec(one()) ?? refuse('NAME=value expected')
      return { kind: 'env', name: name!, value: value! }
    }
    case 'COPY': {
      const from = /^--from=(\S+)$/.exec(words[0]!)?.[1]
      const paths = from === undefined ? words : words.slice(1)
      plain(...paths)
      if (paths.some(path => path.startsWith('-'))) refuse('the only flag supported is --from')
      if (paths.length < 2) refuse('a source and a destination expected')
      const sources = paths.slice(0, -1)
      const to = paths.at(-1)!
      if (sources.length > 1 && !to.endsWith('/')) refuse('with several sources the destination ends with /')
      return { kind: 'copy', ...(from !== undefined && { from }), sources, to }
    }
    case 'RUN':
      if (/^(--|\[|<<)/.test(rest) || rest === '') refuse('a shell command without flags expected')
      return { kind: 'run', script: rest }
    case 'HEALTHCHECK': {
      const [, command] = /^(?:--[a-z-]+=\S+\s+)*CMD\s+(.*)$/.exec(rest) ?? refuse('not understood')
      return { kind: 'healthcheck', command: execForm(command!, refuse) }
    }
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', command: execForm(rest, refuse) }
    default:
      return refuse('instruction not supported')
  }
}

/** The shell form would put a shell between the program and its signals. */
function execForm(text: string, refuse: (why: string) => never): readonly string[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {}
  const isCommand = Array.isArray(value) && value.length > 0 && value.every(word => typeof word === 'string')
  return isCommand ? (value as string[]) : refuse('the exec form, ["program", "argument"], is expected')
}
