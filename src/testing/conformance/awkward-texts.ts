/**
 * Texts that stores have altered or choked on. All of them are JSON, because that is what a store is given; a U+0000 comes
 * only escaped, and a lone surrogate never.
 */
export const AWKWARD_TEXTS: readonly string[] = [
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  '"line\u2028separator and paragraph\u2029separator"',
  '"nul \\u0000 and \\ud800 escaped"',
  '"emoji 👩‍👩‍👧 and combining e\u0301 and é"',
  '"quotes \' \\" ` and percent %s %% and dollar $1 ${x} and question ?"',
  '"back\\\\slash and tab\\t and newline\\n"',
  ' { "spaces" : [ 1 , 2.50 , 1e3 , -0 ] } ',
  '{"a":1,"a":2}',
  '12345678901234567890.000000001',
  'null',
  '""',
  `"${'x'.repeat(262_142)}"`,
  `"${'😀'.repeat(65_535)}"`,
]

/** Ids and keys that have fooled statements, patterns, maps and collations: no two of them are the same. */
export const AWKWARD_NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  "' or 1=1 --",
  '"; drop table jobs; --',
  '$1 ? :name @p',
  '%',
  '_',
  'a',
  'A',
  'a ',
  ' a',
  'é',
  'e\u0301',
  '*.>',
  'back\\slash',
  '1',
  '01',
  '1.0',
  'null',
  '👩‍👩‍👧',
  'x'.repeat(128),
  '\u2028',
]
