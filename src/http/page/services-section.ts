import type { Estate } from '../../model/ports.ts'
import type { ServiceView } from '../../model/service-status.ts'
import { selectServices } from '../api/service-summary.ts'
import { humanBytes, humanDuration, humanPlural } from '../human.ts'
import { type Html, html } from './html.ts'
import { failureText, railSection } from './marks.ts'

const SERVICES_SHOWN = 50

/** The services whose health is asked for, the worst first. */
export function renderServices(estate: Estate, now: number): Html | null {
  const services = selectServices(estate.services(), null)
  const rows = services.slice(0, SERVICES_SHOWN).map(service => renderService(service, now))
  const hidden = services.length - rows.length
  const more =
    hidden > 0 && html`${humanPlural(hidden, 'more service')} in <a href="api/v1/services">the JSON</a>`
  return railSection('services', 'Services', services.length, rows, more)
}

function renderService({ name, address, status, since, failure, resources }: ServiceView, now: number): Html {
  const lasts = status === 'serving' || since === null ? null : Math.max(0, now - since) / 1000
  const process = [
    resources?.cpuRatio == null ? null : `CPU ${resources.cpuRatio.toFixed(2)}`,
    resources?.memoryBytes == null ? null : humanBytes(resources.memoryBytes),
  ].filter(each => each !== null)
  return html`<tr><th scope="row"><span class="strong">${name}</span> <span class="muted">${address}</span>${process.length > 0 && html`<div class="muted">${process.join(', ')}</div>`}${failure !== null && html`<div>${failureText(failure)}</div>`}</th><td class="num">${lasts !== null && html`<span class="muted">${humanDuration(lasts)}</span> `}${statusMark(status)}</td></tr>`
}

function statusMark(status: ServiceView['status']): Html {
  switch (status) {
    case 'serving':
      return html`<span class="state good">serving</span>`
    case 'unknown':
    case null:
      return html`<span class="state">unknown</span>`
    default:
      return html`<span class="state bad">${status.replace('_', ' ')}</span>`
  }
}
