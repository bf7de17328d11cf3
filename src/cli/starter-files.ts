import { entryNameReason } from '../config/entry-names.js'
import { kebabCase } from '../model/kebab-case.js'

/** The versions of packages that a new app asks for. */
export interface StarterVersions {
  readonly rota: string
  readonly esbuild: string
  readonly typescript: string
  readonly nodeTypes: string
}

/** What an app is called whose folder has no name for it. */
const NAMELESS = 'main'

/** The smallest app there is: its files by their names, for a folder that is called so. */
export function starterFiles(folderName: string, versions: StarterVersions): Readonly<Record<string, string>> {
  return {
    'package.json': json({
      name: stackNameOf(folderName),
      private: true,
      type: 'module',
      scripts: { dev: 'rota dev', types: 'tsc' },
      dependencies: { rota: versions.rota },
      devDependencies: {
        '@types/node': versions.nodeTypes,
        esbuild: versions.esbuild,
        typescript: versions.typescript,
      },
    }),
    'rota.json': json({
      $schema: './node_modules/rota/schema.json',
      ...(isStackName(folderName) ? {} : { name: NAMELESS }),
      tasks: { hello: './src/hello.ts' },
    }),
    'src/hello.ts': HELLO,
    'tsconfig.json': json({
      compilerOptions: {
        target: 'es2023',
        // What runs is bundled: packages and paths are found as a bundler finds them.
        module: 'preserve',
        strict: true,
        noEmit: true,
        types: ['node'],
      },
      include: ['src', 'rota.d.ts'],
    }),
    '.gitignore': '.rota\nnode_modules\n',
  }
}

/** What the stack of an app in such a folder is called on record. */
export function stackNameOf(folderName: string): string {
  return isStackName(folderName) ? kebabCase(folderName) : NAMELESS
}

const HELLO = `export default async ({ name }: { name: string }) => {
  console.log(\`Hello, \${name}!\`)
}
`

function isStackName(folderName: string): boolean {
  return entryNameReason('stack', kebabCase(folderName)) === null
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
