import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAlertmanager } from './alertmanager.ts'
import { startWebhookReceiver } from './webhook-receiver.ts'

test('an alert that is posted arrives at a webhook, and that it is over', async t => {
  const receiver = await startWebhookReceiver()
  t.after(() => receiver.close())
  const alertmanager = await startAlertmanager({
    route: { receiver: 'hook', group_by: ['alertname'], group_wait: '1s', group_interval: '2s' },
    receivers: [{ name: 'hook', webhook_configs: [{ url: receiver.url, send_resolved: true }] }],
  })
  t.after(() => alertmanager.close())

  const alert = { labels: { alertname: 'Tested', severity: 'info' }, annotations: { summary: 'a test' } }
  await alertmanager.post([alert])
  await receiver.waitFor('it arrives', all => all.length === 1)
  await alertmanager.post([{ ...alert, endsAt: new Date().toISOString() }])
  await receiver.waitFor('its end arrives', all => all.length === 2)

  assert.deepEqual(
    receiver.notifications.map(({ receiver, groupLabels, alerts }) => [
      receiver,
      groupLabels,
      alerts.map(({ status, labels, annotations }) => [status, labels, annotations]),
    ]),
    ['firing', 'resolved'].map(status => [
      'hook',
      { alertname: 'Tested' },
      [[status, { alertname: 'Tested', severity: 'info' }, { summary: 'a test' }]],
    ]),
  )
})

test('a configuration that is none is told with its fault', async () => {
  await assert.rejects(
    startAlertmanager({ route: { receiver: 'nobody' }, receivers: [] }),
    /undefined receiver/,
  )
})
