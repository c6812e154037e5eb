/** Writes docs/consumer-kit-api.md from the docstrings of src/consumer.ts: `node --import tsx scripts/docs-consumer-api.ts`. */
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Declared, declarationsOf } from './public-declarations.ts'

export const CONSUMER_API = new URL('../docs/consumer-kit-api.md', import.meta.url)

const ROOT = new URL('../', import.meta.url)
export const CONSUMER_ENTRY = fileURLToPath(new URL('src/consumer.ts', ROOT))
const BETWEEN = '\n// ---\n'

const INTRODUCTION = `# The consumer kit: reference

<!-- Made by \`npm run docs\` from the docstrings of src/consumer.ts. Edits here are lost. -->

Everything that \`kafka-health-exporter/consumer\` exports, for \`import\` and \`require\`. How it is put together:
[consumer-kit.md](consumer-kit.md). Objects of kafkajs from 2.2 on, prom-client 14 and 15, ioredis, koa and
@grpc/grpc-js fit where an interface here stands for them; none of them is imported.
`

const HEADINGS: Readonly<Record<Declared['kind'], string>> = {
  function: 'Functions',
  class: 'Classes',
  constant: 'Constants',
  type: 'Types',
}

/** The reference as Markdown: functions, classes, constants and types, each as it is declared. */
export function renderApi(declared: readonly Declared[]): string {
  const codes = formatted(declared.map(({ code }) => code))
  const items = declared.map((item, i) => ({ ...item, code: codes[i] as string }))
  const sections = Object.entries(HEADINGS).map(([kind, heading]) => {
    const ofKind = items.filter(item => item.kind === kind)
    if (ofKind.length === 0) return ''
    return `\n## ${heading}\n${ofKind.map(section).join('')}`
  })
  return [INTRODUCTION, contents(items), ...sections].join('')
}

function contents(items: readonly Declared[]): string {
  const rows = items
    .filter(({ kind }) => kind !== 'type')
    .map(({ name, text }) => `| [\`${name}\`](#${name.toLowerCase()}) | ${firstSentence(text)} |\n`)
  return `\n| | |\n| --- | --- |\n${rows.join('')}`
}

function section({ name, text, code }: Declared): string {
  return `\n### ${name}\n\n${text === '' ? '' : `${text}\n\n`}\`\`\`ts\n${code}\n\`\`\`\n`
}

function firstSentence(text: string): string {
  const flat = text.replaceAll('\n', ' ').replaceAll('|', '\\|')
  return /^.*?[.:](?= |$)/.exec(flat)?.[0].replace(/[.:]$/, '') ?? flat
}

/** As this repository writes TypeScript, in one call for all. */
function formatted(codes: readonly string[]): readonly string[] {
  const biome = fileURLToPath(new URL('node_modules/.bin/biome', ROOT))
  const text = execFileSync(biome, ['format', '--stdin-file-path=api.d.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    input: codes.map(code => `declare ${code}`).join(BETWEEN),
  })
  return text.split(BETWEEN.trim()).map(code => code.trim().replace(/^declare /, ''))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(CONSUMER_API, renderApi(declarationsOf(CONSUMER_ENTRY).declared))
}
