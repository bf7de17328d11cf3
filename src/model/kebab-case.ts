/**
 * A name as it stands on record: `processOrder`, `ProcessOrder` and `process_order` are `process-order`, `HTTPServer` is `http-server`.
 * What is kebab-cased already stays as it is, and so do digits where they stand: `order2Paid` is `order2-paid`.
 */
export function kebabCase(name: string): string {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .replace(/[^\p{L}\d]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase()
}
