/** The import rules of CONTRIBUTING.md. Data flows one way, siblings never import each other. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [`^src/${from}/`, '^src/model/', '^src/errors\\.ts$', ...allowed] },
})
const onlyLibraries = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'],
    pathNot: allowed.map(l => `node_modules/(@types/)?${l}/`),
  },
})

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'model-imports-nothing',
      severity: 'error',
      from: { path: '^src/(model/|errors\\.ts$)' },
      to: { pathNot: ['^src/model/', '^src/errors\\.ts$'] },
    },
    {
      name: 'pure-code-has-no-io',
      comment: 'Rules take time as an argument and do no I/O.',
      severity: 'error',
      from: { path: '^src/(model|domain|catalog|signals)/' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    only('domain-is-pure', 'domain', [], 'domain sees the model only'),
    only('catalog-is-data', 'catalog', [], 'catalog sees the model only'),
    only('signals-are-data', 'signals', ['^src/catalog/'], 'signals see the catalogue and the model only'),
    only(
      'rules-are-made-of-signals',
      'rules',
      ['^src/signals/', '^src/catalog/'],
      'rules see signals, the catalogue and the model only',
    ),
    only('kafka-stands-alone', 'kafka', [], 'adapters never import each other'),
    only('sources-stand-alone', 'sources', [], 'adapters never import each other'),
    only('pipeline-uses-domain', 'pipeline', ['^src/domain/'], 'adapters reach the pipeline through ports'),
    only('exposition-uses-catalog', 'exposition', ['^src/catalog/'], 'exposition knows nothing of Kafka'),
    only('http-stands-alone', 'http', [], 'http reads snapshots through ports'),
    only('config-stands-alone', 'config', [], 'configuration is parsed once, by itself'),
    onlyLibraries(
      'kafka-libraries',
      'kafka',
      ['kafkajs', 'zstddec', 'aws-msk-iam-sasl-signer-js'],
      'kafka: kafkajs, zstd for its batches, and the signer of Amazon MSK',
    ),
    onlyLibraries(
      'sources-libraries',
      'sources',
      ['pg', 'avsc', 'protobufjs', 'lru-cache'],
      'one library per source',
    ),
    onlyLibraries('pipeline-libraries', 'pipeline', ['write-file-atomic'], 'pipeline: the state file'),
    onlyLibraries('exposition-libraries', 'exposition', ['prom-client'], 'exposition: prom-client'),
    onlyLibraries('http-libraries', 'http', ['koa', '@koa/router', 'bcryptjs'], 'http: koa, and bcrypt'),
    onlyLibraries('rules-libraries', 'rules', ['yaml'], 'rules: yaml, which they are written in'),
    {
      name: 'rules-have-no-io',
      comment: 'They are written by whoever asks for them.',
      severity: 'error',
      from: { path: '^src/rules/' },
      to: { dependencyTypes: ['core'] },
    },
    onlyLibraries('config-libraries', 'config', ['zod', 'yaml'], 'config: zod, yaml'),
    {
      name: 'kafkajs-in-one-file',
      comment: 'Another transport can take its place.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/kafka/kafkajs-transport\\.ts$' },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'signer-when-needed',
      comment: 'It may be missing, and loading it takes long.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/aws-msk-iam-sasl-signer-js/', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'only-entries-import-run',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|run\\.ts|run/|cli/)' },
      to: { path: '^src/(main\\.ts|run\\.ts|run/|cli/)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
