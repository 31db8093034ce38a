/**
 * This folder contains the files of the published package that a checkout does not need: this build and the systemd units. The
 * build creates `dist/` from `src/`, because Node does not strip types below `node_modules`, and because a few files load faster
 * than many. In a checkout, nothing reads `dist/`, so it cannot be out of date there.
 */

import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { buildConsole } from '../src/main/build-console.ts'

const root = join(import.meta.dirname, '..')
/** `read-catalogue` is not a program: the API starts it as a thread. */
const programs = ['trove-all-in-one', 'trove-api', 'trove-taskmanager', 'trove-manage', 'trovets', 'read-catalogue']
const entry = (program: string) => join(root, 'src', 'main', `${program}.ts`)
const clientFile = join(root, 'src', 'client', 'client.ts')

/** The modules that Node has loaded before a program begins. */
const loadedByNode = new Set(['buffer', 'events', 'fs', 'os', 'path', 'stream', 'timers', 'tty', 'url', 'util'])

const property = (name: string) => `[${JSON.stringify(name)}]`

/**
 * The module for the `import` of one of Node's own. An `import` would evaluate all of its names, also those that it loads
 * late itself: in `node:http`, that is a whole HTTP client, which takes longer than starting Node.
 */
function builtinModule(path: string): string {
  const name = path.replace(/^node:/, '')
  const builtin = process.getBuiltinModule(path) as Record<string, unknown>
  const load = `process.getBuiltinModule(${JSON.stringify(path)})`
  // A module that is more than its names: `import EventEmitter from 'node:events'` uses the module itself.
  if (Object.getPrototypeOf(builtin) !== Object.prototype) return `module.exports = ${load}`
  const names = Object.keys(builtin).filter(each => /^[a-z_]\w*$/i.test(each) && each !== 'default')
  if (!loadedByNode.has(name))
    return `module.exports = { ${names.map(each => `get ${each}() { return ${load}${property(each)} }`).join(', ')} }`
  const constants = names.map(each => `const $${each} = /* @__PURE__ */ (() => builtin${property(each)})()`)
  const exported = names.map(each => `$${each} as ${each}`).join(', ')
  return `const builtin = ${load}\n${constants.join('\n')}\nexport { builtin as default, ${exported} }`
}

/** Large libraries that few commands and requests need: each is a file of its own, which all programs share. */
const libraries = ['mysql2', 'mysql2/promise', 'pg', 'undici', 'pino-pretty']
const libraryFile = (name: string) => name.replace('/', '-')

const librariesApart: Plugin = {
  name: 'libraries-apart',
  setup(build) {
    build.onResolve({ filter: /^[a-z]/ }, ({ path }) =>
      libraries.includes(path) ? { path: `../libraries/${libraryFile(path)}.cjs`, external: true } : undefined,
    )
  },
}

const builtinsWhenUsed: Plugin = {
  name: 'builtins-when-used',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined
      return { path, namespace: kind === 'require-call' ? 'builtin' : 'builtin-when-used', sideEffects: false }
    })
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }))
    build.onLoad({ filter: /./, namespace: 'builtin-when-used' }, ({ path }) => ({ contents: builtinModule(path) }))
  },
}

const shared = { bundle: true, platform: 'node', target: 'node24', logLevel: 'warning' } as const

// As CommonJS, since only that loads what it imports late.
const late: BuildOptions = {
  ...shared,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  supported: { 'dynamic-import': false },
  // Names stay, for the stack traces in the log.
  minifyWhitespace: true,
  minifySyntax: true,
  // The package has the console built.
  external: ['pg-native', 'esbuild'],
  define: { 'import.meta.url': 'fileUrl', 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
  banner: { js: "const fileUrl=process.getBuiltinModule('node:url').pathToFileURL(__filename).href;" },
}

await rm(join(root, 'dist'), { recursive: true, force: true })
// One file for each program, with most libraries: Node takes longer to find and link modules than to run most commands.
await build({
  ...late,
  outdir: join(root, 'dist', 'main'),
  entryPoints: programs.map(entry),
  plugins: [builtinsWhenUsed, librariesApart],
})
await build({
  ...late,
  outdir: join(root, 'dist', 'libraries'),
  entryPoints: libraries.map(name => ({ in: name, out: libraryFile(name) })),
  plugins: [builtinsWhenUsed],
})

// The client is for other programs, also in browsers.
await build({
  ...shared,
  format: 'esm',
  platform: 'neutral',
  outdir: join(root, 'dist', 'client'),
  entryPoints: [clientFile],
})
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
execFileSync(process.execPath, [compiler, '-p', join(import.meta.dirname, 'client.tsconfig.json')], {
  stdio: 'inherit',
})

for (const { path, bytes } of await buildConsole(join(root, 'console'))) {
  const file = join(root, 'dist', 'console', path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, bytes)
}
