import { globSync } from 'node:fs'
import { root, rootInMachine } from './checkout.ts'
import { debianFiles, fetchMissing, missingForTheMachine } from './debian-files.ts'
import { runInMachine } from './machine.ts'

/**
 * Runs the tests that need a Linux with unified control groups and systemd, in an emulated machine without a network.
 * `--install` fetches missing files; `--command '…'` runs a shell command in the machine instead; further arguments select
 * test files.
 */
const args = process.argv.slice(2)
const command = args.includes('--command') ? args[args.indexOf('--command') + 1] : undefined
const selected = args.filter(arg => !arg.startsWith('--') && arg !== command)

if (missingForTheMachine().length > 0 && args.includes('--install')) fetchMissing()
const missing = missingForTheMachine()
const debian = debianFiles()
if (missing.length > 0 || !debian) {
  console.error(
    `NOT RUN: missing: ${missing.join(', ')}. To install, as root on Debian 12: npm run test:virtual-machine -- --install`,
  )
  process.exit(1)
}

const files = selected.length > 0 ? selected : globSync('test/virtual-machine/*.vm.ts', { cwd: root }).sort()
const flags = '--test --test-isolation=none --test-reporter=spec --test-timeout=900000'
const tests = `node ${flags} ${files.join(' ')}`
console.log(`Booting an emulated machine with this checkout at ${rootInMachine}. This takes a while …`)
process.exitCode = await runInMachine(debian, command ?? tests, {
  timeoutMs: 45 * 60_000,
  write: chunk => process.stdout.write(chunk),
})
