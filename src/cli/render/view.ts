import { displayWidth } from './display-width.js'
import { escapeText } from './escape.js'
import type { Paint, Text } from './text.js'

/** What is known about one thing: a title, labelled values, and sections with a heading of their own. */
export interface View {
  readonly title?: string
  readonly fields: readonly Field[]
  readonly sections?: readonly Section[]
  /** Labels end at this column at least, so that views of one kind look alike. @defaultValue 20 */
  readonly labelWidth?: number
}

/** A labelled value; several values stand below each other. null is left out. */
export type Field = readonly [label: string, value: Text | readonly Text[] | null]

/** More fields, or plain lines, under a heading. */
export interface Section {
  readonly heading: string
  readonly fields?: readonly Field[]
  readonly lines?: readonly Text[]
}

const LABEL_WIDTH = 20

/** Draws a view: labels on the right edge of their column, values after a colon. */
export function renderView(view: View, paint: Paint): string {
  const { title, fields, sections = [], labelWidth = LABEL_WIDTH } = view
  const all = [...fields, ...sections.flatMap((section) => section.fields ?? [])]
  const width = Math.max(labelWidth, ...all.map(([label]) => displayWidth(escapeText(label)) + 2))
  const blocks: string[][] = []
  if (title !== undefined) blocks.push([paint({ text: title, style: 'bold' })])
  if (fields.length > 0) blocks.push(fieldLines(fields, width, paint))
  for (const section of sections) {
    blocks.push([paint({ text: `${section.heading}:`, style: 'bold' })])
    blocks.push([
      ...fieldLines(section.fields ?? [], width, paint),
      ...(section.lines ?? []).map((line) => `  ${paint(line)}`),
    ])
  }
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function fieldLines(fields: readonly Field[], width: number, paint: Paint): string[] {
  return fields.flatMap(([label, value]) => {
    if (value === null) return []
    const safe = escapeText(label)
    const head = `${' '.repeat(Math.max(0, width - displayWidth(safe)))}${safe}: `
    const [first = '', ...rest] = isList(value) ? value : [value]
    return [(head + paint(first)).trimEnd(), ...rest.map((text) => ' '.repeat(width + 2) + paint(text))]
  })
}

function isList(value: Text | readonly Text[]): value is readonly Text[] {
  return Array.isArray(value)
}
