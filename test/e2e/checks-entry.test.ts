import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { ownDirectory } from '../harness/owned-process.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')
const BIN = join(REPOSITORY, 'node_modules', '.bin')
const run = promisify(execFile)

let home: string
let tarball: string

/** As the registry would have it, without a single dependency beside it. */
before(async () => {
  home = ownDirectory('checks-entry')
  await run('npm', ['pack', '--silent', '--pack-destination', home], { cwd: REPOSITORY })
  const { name, version } = createRequire(import.meta.url)(join(REPOSITORY, 'package.json'))
  tarball = join(home, `${name}-${version}.tgz`)
  const installed = join(home, 'node_modules', name)
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
})

function write(path: string, text: string): string {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const USE = `
const schema = new SchemaCheck({ target: 'bigquery' })
schema.check({ userName: 'a', at: 1 })
const drops = schema.check({ username: 'b', at: 'x' })
const progress = new ProgressCheck().look({ now: 0, position: 5, end: 7 })
console.log(drops.map(drop => drop.reason).join(' '), progress.state, shapeOfAvro('string').types[0])
`
const SAID = 'case_collision type_flip advancing string\n'
const NAMES = '{ ProgressCheck, SchemaCheck, shapeOfAvro }'

test('it is imported by modules', async () => {
  const file = write('esm/main.mjs', `import ${NAMES} from 'kafka-health-exporter/checks'\n${USE}`)
  assert.equal((await run(process.execPath, [file])).stdout, SAID)
})

test('it is required by scripts, and loads nothing but its own files', async () => {
  const file = write(
    'cjs/main.js',
    `const ${NAMES} = require('kafka-health-exporter/checks')\n${USE}
    const own = require('node:path').dirname(require.resolve('kafka-health-exporter/checks'))
    const others = Object.keys(require.cache).filter(path => path !== __filename && !path.startsWith(own))
    if (others.length > 0) throw new Error(others.join())`,
  )
  assert.equal((await run(process.execPath, ['--no-experimental-require-module', file])).stdout, SAID)
})

const TYPED = `import { DROP_REASONS, type Drop, type DropReason, type Shape, ProgressCheck, type ProgressAnswer, SchemaCheck, shapeOfAvro } from 'kafka-health-exporter/checks'
const shape: Shape = shapeOfAvro({ type: 'record', name: 'R', fields: [] })
const drops: readonly Drop[] = new SchemaCheck({ target: 'bigquery', maxFields: 10 }).check({}, shape, 'R')
export const reasons: readonly DropReason[] = [...drops.map(drop => drop.reason), ...DROP_REASONS]
export const state: ProgressAnswer['state'] = new ProgressCheck().look({ now: 0, position: null, end: 1 }).state
// @ts-expect-error a target that there is not
new SchemaCheck({ target: 'bigtable' })
`

for (const [what, file, options] of [
  ['node16 from a module', 'main.mts', { module: 'node16', moduleResolution: 'node16' }],
  ['node16 from a script', 'main.cts', { module: 'node16', moduleResolution: 'node16' }],
  ['nodenext', 'main.mts', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ['a bundler', 'main.ts', { module: 'esnext', moduleResolution: 'bundler' }],
  ['the old way of Node', 'main.ts', { module: 'commonjs', moduleResolution: 'node10' }],
] as const) {
  test(`TypeScript finds its types: ${what}`, async () => {
    const folder = what.replaceAll(' ', '-')
    write(`${folder}/${file}`, TYPED)
    const compilerOptions = { ...options, target: 'es2022', strict: true, noEmit: true, types: [] }
    const project = write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: [file] }))
    await run(join(BIN, 'tsc'), ['-p', project]).catch(({ stdout }) => assert.fail(stdout))
  })
}

test('publint has nothing to say', async () => {
  const { stdout } = await run(join(BIN, 'publint'), ['--strict', tarball])
  assert.match(stdout, /All good/)
})

test('its types are not wrong', async () => {
  const { stdout } = await run(join(BIN, 'attw'), ['--format', 'json', tarball])
  const { analysis, problems } = JSON.parse(stdout)
  assert.equal(analysis.types.kind, 'included')
  assert.deepEqual(problems, {})
})
