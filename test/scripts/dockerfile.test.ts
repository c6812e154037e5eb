import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseDockerignore } from '../../scripts/image/build-context.ts'
import { parseDockerfile } from '../../scripts/image/dockerfile.ts'

test('stages and their steps, with the line of each', () => {
  const text = [
    '# a comment',
    'FROM node:26-slim AS build',
    'WORKDIR /app',
    'COPY a.json b.json ./',
    'RUN one && \\',
    '  # within',
    '  two',
    '',
    'FROM node:26-slim',
    'ENV NODE_ENV=production',
    'COPY --from=build /app/dist dist',
    'USER node',
    'EXPOSE 9308',
    'HEALTHCHECK --interval=15s --timeout=5s CMD ["node", "check.js"]',
    'ENTRYPOINT ["node", "main.js"]',
  ].join('\n')
  assert.deepEqual(parseDockerfile(text), [
    {
      base: 'node:26-slim',
      name: 'build',
      steps: [
        { line: 3, kind: 'workdir', path: '/app' },
        { line: 4, kind: 'copy', sources: ['a.json', 'b.json'], to: './' },
        { line: 5, kind: 'run', script: 'one && two' },
      ],
    },
    {
      base: 'node:26-slim',
      name: undefined,
      steps: [
        { line: 10, kind: 'env', name: 'NODE_ENV', value: 'production' },
        { line: 11, kind: 'copy', from: 'build', sources: ['/app/dist'], to: 'dist' },
        { line: 12, kind: 'user', user: 'node' },
        { line: 13, kind: 'expose', port: 9308 },
        { line: 14, kind: 'healthcheck', command: ['node', 'check.js'] },
        { line: 15, kind: 'entrypoint', command: ['node', 'main.js'] },
      ],
    },
  ])
})

for (const [text, message] of [
  ['', 'Dockerfile: no FROM'],
  ['WORKDIR /app', 'Dockerfile:1: stands before the first FROM: WORKDIR /app'],
  ['FROM --platform=arm64 x', 'Dockerfile:1: not understood: FROM --platform=arm64 x'],
  ['FROM x\nCMD ["a"]', 'Dockerfile:2: instruction not supported: CMD ["a"]'],
  ['FROM x\nENV A=$B', 'Dockerfile:2: quotes, variables and wildcards are not supported: ENV A=$B'],
  ['FROM x\nENV A=1 B=2', 'Dockerfile:2: one word expected: ENV A=1 B=2'],
  [
    'FROM x\nCOPY *.json ./',
    'Dockerfile:2: quotes, variables and wildcards are not supported: COPY *.json ./',
  ],
  ['FROM x\nCOPY --chown=a b c', 'Dockerfile:2: the only flag supported is --from: COPY --chown=a b c'],
  ['FROM x\nCOPY a b c', 'Dockerfile:2: with several sources the destination ends with /: COPY a b c'],
  ['FROM x\nRUN --mount=a b', 'Dockerfile:2: a shell command without flags expected: RUN --mount=a b'],
  ['FROM x\nEXPOSE 1/udp', 'Dockerfile:2: a port expected: EXPOSE 1/udp'],
  [
    'FROM x\nENTRYPOINT node main.js',
    'Dockerfile:2: the exec form, ["program", "argument"], is expected: ENTRYPOINT node main.js',
  ],
  ['FROM x\nHEALTHCHECK NONE', 'Dockerfile:2: not understood: HEALTHCHECK NONE'],
] as const) {
  test(`refused: ${message}`, () => {
    assert.throws(() => parseDockerfile(text), { message })
  })
}

test('.dockerignore lets files and whole folders through, by full names', () => {
  const letsThrough = parseDockerignore('*\n!src\n!scripts/clean.mjs\n')
  const files = [
    'src/main.ts',
    'src/a/b.ts',
    'srcs/x.ts',
    'scripts/clean.mjs',
    'scripts/clean.mjs.bak',
    'test/src/x.ts',
  ]
  assert.deepEqual(files.filter(letsThrough), ['src/main.ts', 'src/a/b.ts', 'scripts/clean.mjs'])
})

test('a .dockerignore of another shape is refused', () => {
  assert.throws(() => parseDockerignore('node_modules\n'), {
    message: '.dockerignore: the first pattern must be *',
  })
  assert.throws(() => parseDockerignore('*\n!**/*.ts\n'), {
    message: '.dockerignore: only !path is supported after *: !**/*.ts',
  })
})

test('the image has threads to look up names while a few names hang', () => {
  const text = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8')
  const steps = parseDockerfile(text).at(-1)?.steps ?? []
  const threads = steps.find(step => step.kind === 'env' && step.name === 'UV_THREADPOOL_SIZE')
  assert.equal(threads?.kind === 'env' && threads.value, '16')
})
