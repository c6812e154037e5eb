import { cutTo, widthOf } from './terminal-text.ts'

export interface Column<Row> {
  readonly title: string
  readonly text: (row: Row) => string
  readonly align?: 'left' | 'right'
  /** Applied after the text has been fitted, so that it may add colour and nothing else. */
  readonly paint?: (text: string, row: Row) => string
  /** May be cut to so many cells where the line is too long. */
  readonly atLeast?: number
  /** Left out where the line is still too long, the lowest number first; never where undefined. */
  readonly dropOrder?: number
}

const GAP = '  '

/** Lines of at most `width` cells, the titles first. */
export function renderTextTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paintTitle: (text: string) => string,
): readonly string[] {
  const measured = columns.map(column => {
    const texts = rows.map(column.text)
    return {
      column,
      texts,
      natural: texts.reduce((w, text) => Math.max(w, widthOf(text)), widthOf(column.title)),
    }
  })
  const fitted = fit(measured, width)
  const line = (cell: (column: FittedColumn<Row>) => string, i: number) =>
    fitted
      .map((column, c) => align(column, cell(column), c === fitted.length - 1, i))
      .join(GAP)
      .trimEnd()
  const align = ({ column, width: w }: FittedColumn<Row>, text: string, last: boolean, i: number) => {
    const cut = cutTo(text, w)
    const space = ' '.repeat(Math.max(0, w - widthOf(cut)))
    const row = rows[i]
    const painted = row === undefined ? paintTitle(cut) : (column.paint?.(cut, row) ?? cut)
    if (column.align === 'right') return space + painted
    return last ? painted : painted + space
  }
  return [
    line(({ column }) => column.title, -1),
    ...rows.map((_, i) => line(({ texts }) => texts[i] as string, i)),
  ]
}

interface MeasuredColumn<Row> {
  readonly column: Column<Row>
  readonly texts: readonly string[]
  readonly natural: number
}

interface FittedColumn<Row> extends MeasuredColumn<Row> {
  readonly width: number
}

function fit<Row>(columns: readonly MeasuredColumn<Row>[], width: number): readonly FittedColumn<Row>[] {
  const gaps = GAP.length * (columns.length - 1)
  const least = columns.reduce(
    (sum, { column, natural }) => sum + Math.min(natural, column.atLeast ?? natural),
    gaps,
  )
  if (least > width) {
    const next = columns
      .filter(({ column }) => column.dropOrder !== undefined)
      .sort((a, b) => (a.column.dropOrder as number) - (b.column.dropOrder as number))[0]
    if (next !== undefined)
      return fit(
        columns.filter(column => column !== next),
        width,
      )
  }
  // What is left over is given to the columns that were cut, from the left.
  let spare = Math.max(0, width - least)
  return columns.map(measured => {
    const { column, natural } = measured
    const smallest = Math.min(natural, column.atLeast ?? natural)
    const more = Math.min(natural - smallest, spare)
    spare -= more
    return { ...measured, width: smallest + more }
  })
}
