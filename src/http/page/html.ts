/** Text that is already HTML. Only `html` makes it, so whatever else reaches a page is escaped. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Null, undefined and false leave nothing. */
export type HtmlPart = Html | string | number | null | undefined | false | readonly HtmlPart[]

/** A template whose values are escaped for element content and for quoted attributes. */
export function html(literals: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  let text = literals[0] as string
  parts.forEach((part, i) => {
    text += render(part) + (literals[i + 1] as string)
  })
  return new Html(text)
}

/** A text of ours that is to stand as it is: style and script. */
export function verbatim(text: string): Html {
  return new Html(text)
}

function render(part: HtmlPart): string {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return escapeHtml(part)
  return part.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] as string)
}
