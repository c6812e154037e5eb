import ts from 'typescript'

/** Something that an entry exports, as it is declared. */
export interface Declared {
  readonly name: string
  readonly kind: 'function' | 'class' | 'constant' | 'type'
  /** Its docstring, as Markdown; empty without one. */
  readonly text: string
  /** Its declaration without its docstring and its private members; those of its members are kept. */
  readonly code: string
}

export interface PublicDeclarations {
  /** By name. */
  readonly declared: readonly Declared[]
  /** `Options (of createThing)`: what declarations speak of and nobody can import. */
  readonly unexported: readonly string[]
}

/** What the module at a path exports, by the declarations that the compiler makes of it. */
export function declarationsOf(entry: string): PublicDeclarations {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ts.sys.getCurrentDirectory())
  const program = ts.createProgram([entry], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
  })
  const declarations = emitted(program)
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile) as ts.Symbol
  const names = new Set<string>()
  const found: { readonly name: string; readonly statement: ts.Statement; readonly file: ts.SourceFile }[] =
    []
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    const source = symbol.declarations?.[0]?.getSourceFile().fileName as string
    const file = declarations.get(source) as ts.SourceFile
    names.add(exported.name)
    // A function has a statement for each of its signatures; a constant may have a type of its name.
    for (const statement of file.statements.filter(each => namesOf(each).includes(symbol.name))) {
      found.push({ name: exported.name, statement, file })
    }
  }
  const declared = found.map(each => declaredBy(each.name, each.statement, each.file))
  const unexported = found.flatMap(({ name, statement, file }) =>
    mentioned(statement, file)
      .filter(other => !names.has(other))
      .map(other => `${other} (of ${name})`),
  )
  return {
    declared: declared.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    unexported: [...new Set(unexported)].sort(),
  }
}

/** The declarations of each source, parsed. */
function emitted(program: ts.Program): ReadonlyMap<string, ts.SourceFile> {
  const files = new Map<string, ts.SourceFile>()
  program.emit(undefined, (name, text, _mark, _onError, sources) => {
    const parsed = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true)
    for (const source of sources ?? []) files.set(source.fileName, parsed)
  })
  return files
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText())
  }
  const name = ts.getNameOfDeclaration(statement as unknown as ts.Declaration)
  return name === undefined ? [] : [name.getText()]
}

function declaredBy(name: string, statement: ts.Statement, file: ts.SourceFile): Declared {
  const docs = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc)
  const code = file.text
    .slice(statement.getStart(file), statement.end)
    .replace(/^export (declare )?/, '')
    .replaceAll(/^ *(#private|private .*);\n/gm, '')
  return { name, kind: kindOf(statement), text: docs.map(textOf).join('\n\n'), code }
}

function kindOf(statement: ts.Statement): Declared['kind'] {
  if (ts.isFunctionDeclaration(statement)) return 'function'
  if (ts.isClassDeclaration(statement)) return 'class'
  return ts.isVariableStatement(statement) ? 'constant' : 'type'
}

function textOf(doc: ts.JSDoc): string {
  const paragraph = ts.getTextOfJSDocComment(doc.comment) ?? ''
  const tags = (doc.tags ?? []).map(tag => {
    const subject = ts.isJSDocParameterTag(tag) ? `\`${tag.name.getText()}\`` : `@${tag.tagName.text}`
    return `* ${subject}: ${(ts.getTextOfJSDocComment(tag.comment) ?? '').replaceAll('\n', ' ')}`
  })
  return [paragraph, tags.join('\n')].filter(part => part !== '').join('\n\n')
}

/** The names in a statement that its file declares, or imports from others of this repository. */
function mentioned(statement: ts.Statement, file: ts.SourceFile): readonly string[] {
  const known = new Set<string>()
  for (const other of file.statements) {
    for (const name of namesOf(other)) known.add(name)
    if (!ts.isImportDeclaration(other) || !other.moduleSpecifier.getText(file).includes('./')) continue
    const bindings = other.importClause?.namedBindings
    if (bindings !== undefined && ts.isNamedImports(bindings)) {
      for (const { name } of bindings.elements) known.add(name.text)
    }
  }
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node) || ts.isTypeQueryNode(node)) {
      const [root] = node.getText(file).split(/[.<\s[]/)
      const name = ts.isTypeQueryNode(node) ? node.exprName.getText(file) : (root as string)
      if (known.has(name)) names.push(name)
    }
    ts.forEachChild(node, visit)
  }
  visit(statement)
  return names
}
