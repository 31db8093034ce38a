import * as module from 'node:module'

const majorNeeded = 24

/**
 * Starts a program of ours, or says in one line that this Node is too old for it. Written for old Nodes as well, so
 * nothing of the program is loaded before the version is known.
 */
export async function startOnRightNode(program) {
  if (Number(process.versions.node.split('.', 1)[0]) < majorNeeded) {
    console.error(
      `${program} needs Node ${majorNeeded} or newer, and this is ${process.version}. ` +
        `In a checkout npm has brought one along: start it with \`npx ${program}\`.`,
    )
    process.exit(1)
  }
  module.enableCompileCache?.()
  const { main } = await import(`../src/main/${program}.ts`)
  await main()
}
