import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { readScriptArgs, refuseArgs } from '../script-args.ts'
import { installPackages, missingPackages } from './packages.ts'

const script = 'npm run test:openstack'
const help = `Runs the tests against a real Keystone, Nova, Glance, Cinder, MariaDB and Trove 18 from the packages of Debian 12, on free ports of
the loopback interface, in temporary folders. Requires root.

  ${script} -- --install
  ${script} -- test/openstack/how-to.rig.ts

  --install  install missing Debian packages first
  --long     also run the files named *.long.rig.ts

Without files it runs all others, which takes about fifteen minutes.`

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
// All tests run in one process, so that they share the services.
const flags = ['--test', '--test-isolation=none', '--test-timeout=600000']
process.exitCode = spawnSync(process.execPath, [...flags, ...files], { stdio: 'inherit' }).status ?? 1
if (selected.length === 0 && !values.long)
  console.log(`NOT RUN: ${long.join(', ')}; \`${script} -- --long\` runs them.`)
