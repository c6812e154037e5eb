import assert from 'node:assert/strict'
import { test } from 'node:test'
import { estateOf, fakeCluster, snapshotOf } from '../fakes/estate.ts'
import { ask, serveApp } from '../harness/http-app.ts'

async function answersOf(
  url: string,
  paths: readonly string[],
): Promise<readonly (readonly [number, string])[]> {
  const answers = await Promise.all(paths.map(path => ask(url + path)))
  return answers.map(({ status, body }) => [status, body.toString()])
}

test('ready once the first poll of every cluster has ended, whatever it found; alive from the start', async () => {
  const eu = fakeCluster('eu', null)
  const us = fakeCluster('us', null)
  await using app = await serveApp({ estate: estateOf([eu, us]) })
  const paths = ['/-/healthy', '/livez', '/healthz', '/-/ready', '/readyz']
  const waitingFor = (names: string) => [503, `waiting for the first poll of ${names}\n`]
  assert.deepEqual(await answersOf(app.url, paths), [
    [200, 'healthy\n'],
    [200, 'healthy\n'],
    [200, 'healthy\n'],
    waitingFor('eu, us'),
    waitingFor('eu, us'),
  ])
  eu.publish(snapshotOf({ up: false }))
  assert.deepEqual(await answersOf(app.url, paths.slice(3)), [waitingFor('us'), waitingFor('us')])
  us.setPolled(true)
  assert.deepEqual(await answersOf(app.url, paths.slice(3)), [
    [200, 'ready\n'],
    [200, 'ready\n'],
  ])
})

test('one unnamed cluster that has not been polled', async () => {
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, null)]) })
  assert.deepEqual(await answersOf(app.url, ['/-/ready']), [[503, 'waiting for the first poll\n']])
})
