import pc from 'picocolors'
import { escapeText } from './escape.js'

/** How a text may stand out. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** A text to print, whoever wrote it: it is escaped first and coloured then, so that no text brings colours of its own. */
export type Text = string | { readonly text: string; readonly style: Style }

/** Turns a text into what may be printed: escapes it, fits what is safe now into its place, and puts its style on. */
export type Paint = (text: Text, fit?: (safe: string) => string) => string

/** A paint with colours or without. */
export function makePaint(coloured: boolean): Paint {
  const colours = pc.createColors(coloured)
  return (text, fit = (safe) => safe) => {
    if (typeof text === 'string') return fit(escapeText(text))
    return colours[text.style](fit(escapeText(text.text)))
  }
}
