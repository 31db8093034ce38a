/**
 * This folder contains the files of the published package that a checkout does not need: this build and the systemd units. The
 * build creates `dist/` from `src/`, because Node does not strip types below `node_modules`, and because one file loads faster
 * than many. In a checkout, nothing reads `dist/`, so it cannot be out of date there.
 */

import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { buildConsole } from '../src/main/build-console.ts'

const root = join(import.meta.dirname, '..')
/** The last one is not a program: the API starts it as a thread. */
const programs = ['trove-all-in-one', 'trove-api', 'trove-taskmanager', 'read-catalogue']
const entry = (program: string) => join(root, 'src', 'main', `${program}.ts`)
const clientFile = join(root, 'src', 'client', 'client.ts')
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
// The commands have to start quickly, so their libraries are bundled, too. Database drivers are not: they are large, and each
// is loaded only when its engine is used.
await build({
  ...shared,
  entryPoints: [entry('trove-manage'), entry('trovets')],
  minify: true,
  external: ['mysql2', 'pg'],
  banner: { js: "import { createRequire } from 'node:module';const require=createRequire(import.meta.url);" },
})

// The client is for other programs, also in browsers.
await build({ ...shared, platform: 'neutral', outdir: join(root, 'dist', 'client'), entryPoints: [clientFile] })
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
execFileSync(process.execPath, [compiler, '-p', join(import.meta.dirname, 'client.tsconfig.json')], {
  stdio: 'inherit',
})

for (const { path, bytes } of await buildConsole(join(root, 'console'))) {
  const file = join(root, 'dist', 'console', path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, bytes)
}
