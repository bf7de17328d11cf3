/** The value of JSON text, or the text itself when another program has stored something else. */
export function parseOrText(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}
