import { globSync } from 'node:fs'
import { root, rootInMachine } from './checkout.ts'
import { debianFiles, fetchMissing, missingForTheMachine } from './debian-files.ts'
import { runInMachine } from './machine.ts'

/**
 * Runs the tests that need a Linux with unified control groups and systemd, in an emulated machine without network.
 * `--install` fetches what is missing; `--command '…'` runs a shell command there instead; further arguments choose test files.
 */
const args = process.argv.slice(2)
const command = args.includes('--command') ? args[args.indexOf('--command') + 1] : undefined
const chosen = args.filter(arg => !arg.startsWith('--') && arg !== command)

if (missingForTheMachine().length > 0 && args.includes('--install')) fetchMissing()
const missing = missingForTheMachine()
const debian = debianFiles()
if (missing.length > 0 || !debian) {
  console.error(
    `NOT RUN: ${missing.join(', ')} missing. As root on Debian 12: npm run test:virtual-machine -- --install`,
  )
  process.exit(1)
}

const files = chosen.length > 0 ? chosen : globSync('test/virtual-machine/*.vm.ts', { cwd: root }).sort()
const flags = '--test --test-isolation=none --test-reporter=spec --test-timeout=900000'
const tests = `node ${flags} ${files.join(' ')}`
console.log(`Booting an emulated machine that sees this checkout as ${rootInMachine}; it is slow …`)
process.exitCode = await runInMachine(debian, command ?? tests, {
  timeoutMs: 45 * 60_000,
  write: chunk => process.stdout.write(chunk),
})
