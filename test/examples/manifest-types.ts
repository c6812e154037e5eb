import { join } from 'node:path'
import ts from 'typescript'

const REPOSITORY = join(import.meta.dirname, '..', '..')
/** Where each kind that the examples use is described. */
const MODULE_OF: Readonly<Record<string, string>> = { Deployment: 'apps/v1', Service: 'core/v1' }

/**
 * What Kubernetes' own description of its objects has against these: a field that there is not, one that is missing,
 * one of another type. By type checker, for it knows the description and refuses what a literal has too much.
 */
export function manifestFaults(manifests: readonly { readonly kind: string }[]): string[] {
  const lines = manifests.map(({ kind }) => {
    const module = MODULE_OF[kind]
    if (module === undefined) throw new Error(`no description of ${kind}`)
    return `import type { ${kind} } from 'kubernetes-types/${module}'`
  })
  const source = [
    ...new Set(lines),
    ...manifests.map((m, i) => `export const m${i}: ${m.kind} = ${JSON.stringify(m, null, 2)}`),
  ].join('\n')
  const file = join(REPOSITORY, 'manifests.ts')
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: [],
    skipLibCheck: true,
  }
  const host = ts.createCompilerHost(options)
  const onDisk = host.getSourceFile.bind(host)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(file, source, ts.ScriptTarget.ES2022) : onDisk(name, ...rest)
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}
