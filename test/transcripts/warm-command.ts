import { Readable } from 'node:stream'
import { format } from 'node:util'
import { main as manage } from '../../src/main/trove-manage.ts'
import { main as askAsTenant } from '../../src/main/trovets.ts'
import type { CommandLine } from './programs.ts'
import type { Outcome } from './sandbox.ts'

// Runs one command line of our programs after the other in this process, which is told by its parent. What a process of its own
// has anew is set anew for each: arguments, environment, working folder, standard input, what was printed, exit code.

class Exited extends Error {}

const mains = { 'trove-manage': manage, trovets: askAsTenant }

async function run({ program, args, cwd, env, input = '' }: CommandLine): Promise<Outcome> {
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = text => {
      said[name] += typeof text === 'string' ? text : Buffer.from(text).toString()
      return true
    }
  console.error = (...words) => process.stderr.write(`${format(...words)}\n`)
  process.exit = code => {
    process.exitCode = code
    throw new Exited()
  }
  Object.defineProperty(process, 'stdin', { value: Readable.from([input]), configurable: true })
  process.argv.splice(2, Infinity, ...args)
  process.env = { ...env }
  process.chdir(cwd)
  process.exitCode = 0
  try {
    await mains[program]()
  } catch (error) {
    if (!(error instanceof Exited)) throw error
  }
  process.stdout.removeAllListeners('error')
  process.stderr.removeAllListeners('error')
  return { ...said, exitCode: Number(process.exitCode) }
}

process.on('message', async (line: CommandLine) => process.send!(await run(line)))
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
