import { existsSync, globSync } from 'node:fs'
import { readScriptArgs, refuseArgs } from '../script-args.ts'
import { root, rootInMachine } from './checkout.ts'
import { debianFiles, fetchMissing, missingForTheMachine } from './debian-files.ts'
import { runInMachine } from './machine.ts'

const script = 'npm run test:virtual-machine'
const help = `Runs the tests that need a Linux with control groups v2 and systemd, in an emulated machine without a network.

  ${script} -- --install
  ${script} -- --command 'systemctl status'

  --install       install missing Debian packages first
  --command TEXT  run a shell command in the machine instead of the tests

Files select tests; without any, it runs all of them.`

const {
  values: { command, install },
  paths: selected,
} = readScriptArgs({
  script,
  help,
  options: { install: { type: 'boolean' }, command: { type: 'string' } },
  takesPaths: true,
})
for (const file of selected) if (!existsSync(file)) refuseArgs(script, `File not found: '${file}'.`)

if (missingForTheMachine().length > 0 && install) fetchMissing()
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
