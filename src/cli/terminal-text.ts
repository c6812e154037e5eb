/**
 * A name as a terminal may show it: group names, client ids and hosts are strangers' text, and control characters in
 * them could move the cursor or set the title. They come out as escapes: \x1b, \u202e.
 */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, character => {
    const code = character.codePointAt(0) as number
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** East Asian wide and full-width letters, and emoji: two cells of a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/** Cells that a text takes on a terminal. */
export function widthOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the fast way for what nearly all names are.
  if (/^[\x00-\x7f]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of segmenter.segment(text)) width += WIDE.test(segment) ? 2 : 1
  return width
}

/** Cut at the end, with an ellipsis, to at most `width` cells. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let cut = ''
  let used = 1
  for (const { segment } of segmenter.segment(text)) {
    used += widthOf(segment)
    if (used > width) break
    cut += segment
  }
  return `${cut}…`
}

/** Broken between words into lines of at most `width` cells, those after the first indented. A longer word is left whole. */
export function wrapTo(text: string, width: number): readonly string[] {
  if (widthOf(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= width || line.trim() === '') {
      line = longer
      continue
    }
    lines.push(line)
    line = `  ${word}`
  }
  return [...lines, line]
}
