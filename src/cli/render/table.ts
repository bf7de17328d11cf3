import CliTable from 'cli-table3'
import { cutToWidth, displayWidth } from './display-width.js'
import { escapeText } from './escape.js'
import type { Paint, Text } from './text.js'

/** Rows of cells under heads, in a box with a title. */
export interface Table {
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Text[])[]
  /** Not cut to the width of a terminal. @defaultValue false */
  readonly whole?: boolean
}

/** One column; numbers stand on the right. */
export interface Column {
  readonly head: string
  readonly align?: 'left' | 'right'
}

/** A column is cut to no less than this, so that its cells still say something. */
const COLUMN_WIDTH_MIN = 6

/** A blank on each side of a cell. */
const PADDING = 2

/** The left and the right edge. */
const BORDERS = 2

const BOX = { 'top-left': '╭', 'top-right': '╮', 'bottom-left': '╰', 'bottom-right': '╯' }

/** Without a rule between two rows. */
const NO_RULE = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

/** Draws a table; with `columns`, the width of the terminal, the widest cells are cut until it fits. */
export function renderTable(given: Table, paint: Paint, terminalWidth: number | null): string {
  const { title, columns, rows, whole = false } = given
  const widths = fitWidths(naturalWidths(title, columns, rows), whole ? null : terminalWidth)
  const fitTitle = cutter(innerWidth(widths))
  const table = new CliTable({
    chars: BOX,
    style: { head: [], border: [], compact: false },
    colWidths: widths.map((width) => width + PADDING),
    colAligns: columns.map(({ align }) => align ?? 'left'),
  })
  table.push([{ content: paint({ text: title, style: 'bold' }, fitTitle), colSpan: columns.length, hAlign: 'center' }])
  table.push(columns.map(({ head }, index) => paint({ text: head, style: 'bold' }, cutter(widths[index] ?? 0))))
  rows.forEach((row, index) => {
    const chars = index === 0 ? {} : NO_RULE
    table.push(row.map((text, column) => ({ content: paint(text, cutter(widths[column] ?? 0)), chars })))
  })
  return table.toString()
}

function cutter(width: number): (safe: string) => string {
  return (safe) => cutToWidth(safe, width)
}

/** What the title has: all columns with what lies between them, without its own padding. */
function innerWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + PADDING + 1, -1) - PADDING
}

/** As wide as the widest cell; the last column takes what a long title needs beyond that. */
function naturalWidths(title: string, columns: readonly Column[], rows: Table['rows']): number[] {
  const widths = columns.map(({ head }, column) => {
    const widthOf = (row: readonly Text[]): number => displayWidth(escapeText(textOf(row[column] ?? '')))
    return rows.reduce((width, row) => Math.max(width, widthOf(row)), displayWidth(head))
  })
  const missing = displayWidth(escapeText(title)) - innerWidth(widths)
  if (missing > 0) widths.push((widths.pop() ?? 0) + missing)
  return widths
}

function textOf(cell: Text): string {
  return typeof cell === 'string' ? cell : cell.text
}

/** Takes cells from the widest column, one at a time, until the table fits or every column is as narrow as it may be. */
function fitWidths(natural: readonly number[], terminalWidth: number | null): number[] {
  const widths = [...natural]
  if (terminalWidth === null) return widths
  let excess = innerWidth(widths) + PADDING + BORDERS - terminalWidth
  while (excess > 0) {
    const widest = Math.max(...widths)
    if (widest <= COLUMN_WIDTH_MIN) break
    widths[widths.indexOf(widest)] = widest - 1
    excess--
  }
  return widths
}
