import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * Makes `dist/` out of `src/` for the package that is published: Node strips no types below `node_modules`, and one file is
 * read faster than many. In a checkout nothing reads `dist/`, so it cannot be out of date there.
 */
const root = join(import.meta.dirname, '..')
/** The last is no program: the API starts it as a thread. */
const programs = ['trove-all-in-one', 'trove-api', 'trove-taskmanager', 'read-catalogue']
const entry = (program: string) => join(root, 'src', 'main', `${program}.ts`)
const shared = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  outdir: join(root, 'dist', 'main'),
  logLevel: 'warning',
} as const

await rm(join(root, 'dist'), { recursive: true, force: true })
await build({ ...shared, entryPoints: programs.map(entry), packages: 'external', splitting: true })
// Its user waits for its start each time, so its libraries go in as well, but for the drivers of databases: they are large,
// and loaded only when theirs is used.
await build({
  ...shared,
  entryPoints: [entry('trove-manage')],
  minify: true,
  external: ['mysql2', 'pg'],
  banner: { js: "import { createRequire } from 'node:module';const require=createRequire(import.meta.url);" },
})
