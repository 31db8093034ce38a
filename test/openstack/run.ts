import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { readScriptArgs, refuseArgs } from '../script-args.ts'
import { installPackages, missingPackages } from './packages.ts'

const script = 'npm run test:openstack'
const help = `Runs the tests against a real Keystone, Nova, Glance, Cinder, MariaDB and Trove 18 from the packages of Debian 12, on free ports of
the loopback interface, in temporary folders. Requires root.

  ${script} -- --install
  ${script} -- test/openstack/how-to.rig.ts

  --install  install missing Debian packages first
  --long     also run the files named *.long.rig.ts

Without files it runs all others. The time of each file is printed at the end.`

const { values, paths: selected } = readScriptArgs({
  script,
  help,
  options: { install: { type: 'boolean' }, long: { type: 'boolean' } },
  takesPaths: true,
})
for (const file of selected) if (!existsSync(file)) refuseArgs(script, `File not found: '${file}'.`)

if (process.getuid?.() !== 0) {
  console.error('NOT RUN: this requires root, since only root can read the files of these services in /etc.')
  process.exit(1)
}
const missing = missingPackages()
if (missing.length > 0 && values.install) installPackages(missing)
const stillMissing = missingPackages()
if (stillMissing.length > 0) {
  console.error(
    `NOT RUN: packages not installed: ${stillMissing.join(', ')}. To install them, as root on Debian 12: npm run test:openstack -- --install`,
  )
  process.exit(1)
}

const all = globSync('test/openstack/*.rig.ts').sort()
const long = all.filter(file => file.endsWith('.long.rig.ts'))
const files = selected.length > 0 ? selected : values.long ? all : all.filter(file => !long.includes(file))

/** The others do not wait for the services to start. */
const needsServices = (file: string) => readFileSync(file, 'utf8').includes("from './the-rig.ts'")

const runFilesScript = join(import.meta.dirname, 'run-files.ts')

/** Runs files in one process. Returns its output if it is not printed at once. */
async function runFiles(files: readonly string[], stdout: 'inherit' | 'pipe'): Promise<string> {
  const child = spawn(process.execPath, [runFilesScript, ...files], { stdio: ['ignore', stdout, 'inherit'] })
  const ended = new Promise<number>(resolve => child.once('close', code => resolve(code ?? 1)))
  const output = child.stdout ? await text(child.stdout) : ''
  if ((await ended) !== 0) process.exitCode = 1
  return output
}

// The files that need the services share a process and so the services. The others run beside it in a second process.
const groups = [files.filter(needsServices), files.filter(file => !needsServices(file))].filter(
  group => group.length > 0,
)
const outputs = await Promise.all(groups.map((group, index) => runFiles(group, index === 0 ? 'inherit' : 'pipe')))
console.log(outputs.join(''))
if (selected.length === 0 && !values.long)
  console.log(`NOT RUN: ${long.join(', ')}; \`${script} -- --long\` runs them.`)
