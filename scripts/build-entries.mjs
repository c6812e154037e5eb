// Builds what the entries `./checks` and `./consumer` need beside the program's own modules: their types, and the same
// for `require`. The checks are compiled without Node's types, to prove that they need no Node.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
for (const project of ['tsconfig.checks.json', 'tsconfig.consumer.json', 'tsconfig.cjs.json']) {
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' })
}
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n')

// The compiler leaves the names of sources in declarations, which compilers before 5.0 do not understand.
for (const name of readdirSync('dist', { recursive: true }).filter(name => name.endsWith('.d.ts'))) {
  const path = join('dist', name)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replaceAll(/(from '\.{1,2}\/[^']*)\.ts'/g, "$1.js'"))
}
