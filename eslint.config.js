import eslint from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const tests = ['**/*.test.ts', '**/*.test-d.ts', '**/*.test.mjs', 'test/**', 'src/testing/**']

// Which clock, timer and randomness a room may use is proven by scripts/tidy.mjs, not here: one rule, one place.
export default defineConfig(
  globalIgnores(['**/dist/', '**/node_modules/', '.cache/', 'coverage/']),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-undef': 'off', // tsc knows every name, in checked JavaScript too
      eqeqeq: ['error', 'always', { null: 'ignore' }], // `== null` is the short form of both kinds of nothing
      'no-console': 'error', // a library speaks through the logger it was given
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],

      // Numbers and booleans print as expected; objects, null and undefined stay errors.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // An async method without await turns its throws into rejections, as every port promises.
      '@typescript-eslint/require-await': 'off',
      // Law 10: an aborted call rejects with signal.reason, whatever its owner put there.
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
      // `() => emitter.off(...)` is the shortest honest callback.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Whoever calls without types is told what was expected, so code at the edge asks what the types rule out.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A callback may return nothing or a promise of nothing: `void | Promise<void>`.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // `DurationInput | 'none'` names the special word, though a duration may be any string.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // A stated `<never>` is read, a default is remembered.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      // Two overloads with two comments tell a reader more than one signature with a union.
      '@typescript-eslint/unified-signatures': ['error', { ignoreOverloadsWithDifferentJSDoc: true }],
      // It asks for `!` where no-non-null-assertion forbids it.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // A leading underscore says: the signature demands it, this body does not.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // The `rota` command and the tools of the house talk to a terminal.
    files: ['src/cli/**', 'scripts/**', 'bench/**', 'prove/**', 'examples/**'],
    rules: { 'no-console': 'off' },
  },
  {
    // A JSDoc cast lives on parentheses, which the linter's tree does not have: it still sees the `any` of JSON.parse.
    files: ['**/*.mjs'],
    rules: { '@typescript-eslint/no-unsafe-return': 'off', '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    files: tests,
    rules: {
      '@typescript-eslint/unbound-method': 'off', // expect(object.method) never calls it
      '@typescript-eslint/no-non-null-assertion': 'off', // a wrong `!` fails the test, which is its job
    },
  },
  {
    // A handler that does nothing is a good handler to measure or to wait for.
    files: [...tests, 'bench/**', 'prove/**'],
    rules: { '@typescript-eslint/no-empty-function': 'off' },
  },
  {
    // `expectTypeOf(value).toEqualTypeOf<T>()` is a statement about types, and a negative case is an unused line.
    files: ['**/*.test-d.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    // Outside the TypeScript project: bench has an install of its own, examples are checked by their own compilers.
    files: ['bench/**', 'examples/**'],
    extends: [tseslint.configs.disableTypeChecked],
  },
)
