/*
 * The note beside a stored value: JSON that says which parts are more than JSON, and nothing else.
 *
 * A note is one of
 * - a tag: this part is that kind of thing;
 * - `[tag, note]`: this part is a `map` or `set`, and inside the array that stands for it the inner note applies;
 * - an object from keys or places to notes: only some members need one;
 * - `["contract", stamp]` or `["contract", stamp, note]`, at the top: the contract that the value was written under (see `stamp.ts`);
 * - `["lost", { code, message }]`, alone: a result that could not be kept (see `encodeResult`).
 *
 * | tag         | in the JSON               | comes back as    |
 * |-------------|---------------------------|------------------|
 * | date        | ISO text                  | Date             |
 * | bigint      | decimal text              | bigint           |
 * | map         | array of [key, value]     | Map              |
 * | set         | array                     | Set              |
 * | bytes       | base64 text               | Uint8Array       |
 * | buffer      | base64 text               | Buffer           |
 * | arraybuffer | base64 text               | ArrayBuffer      |
 * | undefined   | null                      | undefined        |
 * | nan, inf, -inf | "NaN", "Infinity", "-Infinity" | the number |
 * | -0          | 0                         | -0               |
 *
 * Stored for years, so tags are only ever added.
 */

/** The tags of numbers that JSON lacks, with what stands for them. */
export const ODD_NUMBERS: readonly { readonly value: number; readonly tag: string; readonly json: string }[] = [
  { value: NaN, tag: 'nan', json: '"NaN"' },
  { value: Infinity, tag: 'inf', json: '"Infinity"' },
  { value: -Infinity, tag: '-inf', json: '"-Infinity"' },
  { value: -0, tag: '-0', json: '0' },
]
