import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { renderConfigDocs } from '../../src/config/docs.ts'
import { variableOf } from '../../src/config/option.ts'
import { FLAG_OPTIONS, SCOPES } from '../../src/config/options.ts'
import { run } from './command-line.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The complete configuration files among a page's code blocks. */
function examplesOf(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```ya?ml\n(.*?)^```/gms)].map(match => match[1]!)
  return blocks.filter(block => /^clusters:/m.test(block))
}

/** Every file is there and holds what any setting could want of it. */
const anyFile = new Proxy<Record<string, string>>(
  {},
  {
    get: (_, path) => {
      if (String(path).endsWith('/web.yml')) return '# nothing'
      if (String(path).endsWith('.json')) return '{}'
      return String(path).startsWith('/')
        ? '-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----'
        : undefined
    },
  },
)

describe('docs/config.md', () => {
  it('is what the table of settings says: `npm run docs` makes it so', () => {
    assert.equal(readFileSync(`${ROOT}docs/config.md`, 'utf8'), renderConfigDocs())
  })

  it('has an example of every setting that a file can have, but for the alternatives', () => {
    const example = parse(examplesOf(renderConfigDocs())[0]!) as Record<string, unknown>
    const missing = SCOPES.flatMap(({ prefix, options }) => {
      const scope = prefix.split('[].').reduce<unknown>(firstOf, example)
      return options
        .filter(option => option.path !== null)
        .filter(option => option.path!.split('.').reduce<unknown>(within, scope) === undefined)
        .map(option => prefix + option.path)
    })
    assert.deepEqual(missing, [
      'clusters[].sasl.password',
      'clusters[].sasl.token_file',
      'clusters[].sasl.token_command',
      'clusters[].sasl.region',
      'dependencies[].url',
      'dependencies[].url_file',
      'dependencies[].tls.ca_file',
      'dependencies[].tls.cert_file',
      'dependencies[].tls.key_file',
      'schemas[].schema_file',
      'schemas[].auth.token_file',
    ])
  })
})

/** The first item of the list that a scope has under the key; the scope itself where the key is empty. */
function firstOf(scope: unknown, list: string): unknown {
  return list === '' ? scope : (list.split('.').reduce<unknown>(within, scope) as readonly unknown[])[0]
}

function within(value: unknown, key: string): unknown {
  return (value as Record<string, unknown> | undefined)?.[key]
}

describe('the examples of the documentation', () => {
  const pages = ['README.md', ...readdirSync(`${ROOT}docs`).map(name => `docs/${name}`)]
    .filter(page => page.endsWith('.md') && existsSync(ROOT + page))
    .map(page => ({ page, examples: examplesOf(readFileSync(ROOT + page, 'utf8')) }))

  it('are found', () => {
    assert.equal(pages.find(({ page }) => page === 'docs/config.md')?.examples.length, 1)
  })

  for (const { page, examples } of pages) {
    examples.forEach((example, i) => {
      it(`${page}, configuration ${i + 1}, is valid`, () => {
        const files = new Proxy(anyFile, {
          get: (target, path) => (path === '/example.yml' ? example : Reflect.get(target, path)),
        })
        const variables = [...example.matchAll(/url_env: (\w+)/g)].map(match => match[1]!)
        const env = Object.fromEntries(variables.map(name => [name, 'postgres://db/app']))
        assert.deepEqual(run(['--config=/example.yml'], { files, env }).faults, [])
      })
    })
  }
})

describe('the table of settings', () => {
  it('has each flag, variable and path once', () => {
    const flags = FLAG_OPTIONS.flatMap(option => [option.flag, option.alias ?? []].flat())
    const variables = FLAG_OPTIONS.map(variableOf).filter(variable => variable !== null)
    const paths = SCOPES.flatMap(({ prefix, options }) =>
      options.map(option => option.path && prefix + option.path),
    )
    for (const names of [flags, variables, paths.filter(path => path !== null)]) {
      assert.equal(new Set(names).size, names.length)
    }
  })

  it('has a flag and a variable for each setting outside of lists in which a flag could not say which one it means', () => {
    const without = SCOPES.flatMap(({ prefix, options }) =>
      options.filter(option => option.path !== null && variableOf(option) === null).map(() => prefix),
    )
    assert.deepEqual(
      [...new Set(without)],
      ['clusters[].objectives[].', 'dependencies[].', 'services[].', 'schemas[].', 'metrics.granularity[].'],
    )
  })

  it('has no variable that Kubernetes could make of a Service', () => {
    const variables = FLAG_OPTIONS.map(option => variableOf(option) ?? '')
    assert.deepEqual(
      variables.filter(each => /_SERVICE_(?:HOST|PORT)|_PORT(?:_\d+_|$)/.test(each)),
      [],
    )
  })
})
