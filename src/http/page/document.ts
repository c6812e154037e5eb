import { humanDuration } from '../human.ts'
import { type Html, html, verbatim } from './html.ts'
import { type Base, overviewLink } from './links.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

export interface PageFrame {
  readonly title: string
  readonly base: Base
  readonly version: string
  /** Null where no cluster is configured. */
  readonly pollSeconds: number | null
  /** Seconds since the oldest snapshot that is shown; null where there is none. */
  readonly ageSeconds: number | null
  readonly telemetryPath: string
}

/** A page shown on a wall notices within a minute that its exporter is gone, however seldom that polls. */
const MOST_REFRESH_SECONDS = 60

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect x='1' y='9' width='3' height='6' fill='%23688'/%3E%3Crect x='6' y='5' width='3' height='10' fill='%23688'/%3E%3Crect x='11' y='1' width='3' height='14' fill='%23b33'/%3E%3C/svg%3E"

/** A whole page. Parts of `content` that are to follow the cluster are `<div id data-live>`. */
export function renderDocument(frame: PageFrame, content: Html): string {
  const { base, version } = frame
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${frame.title}</title>
<link rel="icon" href="${verbatim(ICON)}">
<style>${verbatim(STYLE)}</style>
</head>
<body data-refresh-seconds="${Math.max(1, Math.min(frame.pollSeconds ?? MOST_REFRESH_SECONDS, MOST_REFRESH_SECONDS))}">
<div class="page">
<nav class="bar" aria-label="Exporter">
<a class="product" href="${overviewLink(base)}">kafka-health-exporter</a>
<span class="version">${version}</span>
<a href="${base}api/v1/groups">JSON</a>
<a href="${base}${frame.telemetryPath.slice(1)}">Metrics</a>
<span class="end" id="freshness" data-live>${renderFreshness(frame)}</span>
</nav>
<p class="notice" id="offline" role="status" hidden></p>
${content}
</div>
<script>${verbatim(SCRIPT)}</script>
</body>
</html>
`.text
}

function renderFreshness({ ageSeconds, pollSeconds }: PageFrame): Html {
  return html`${
    ageSeconds !== null &&
    html`read <span data-age="${ageSeconds.toFixed(1)}">${humanDuration(Math.floor(ageSeconds))}</span> ago`
  }${pollSeconds !== null && html` · polled every ${humanDuration(pollSeconds)}`}`
}
