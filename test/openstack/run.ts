import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { readScriptArgs, refuseArgs } from '../script-args.ts'
import { installPackages, missingPackages } from './packages.ts'

const script = 'npm run test:openstack'
const help = `Runs tests with a real Keystone, Nova, Glance, MariaDB and Trove 18 from Debian 12's packages, on loopback, on free ports, in
temporary folders. It needs root.

  ${script} -- --install
  ${script} -- test/openstack/how-to.rig.ts

  --install  install missing Debian packages first

Without files it runs all of them, which takes about eight minutes.`

const { values, paths: chosen } = readScriptArgs({
  script,
  help,
  options: { install: { type: 'boolean' } },
  takesPaths: true,
})
for (const file of chosen) if (!existsSync(file)) refuseArgs(script, `There is no file '${file}'.`)

if (process.getuid?.() !== 0) {
  console.error('NOT RUN: Debian lets only root read the files of its services in /etc; run this as root.')
  process.exit(1)
}
const missing = missingPackages()
if (missing.length > 0 && values.install) installPackages(missing)
const still = missingPackages()
if (still.length > 0) {
  console.error(`NOT RUN: ${still.join(', ')} not installed. As root on Debian 12: npm run test:openstack -- --install`)
  process.exit(1)
}

const files = chosen.length > 0 ? chosen : globSync('test/openstack/*.rig.ts').sort()
// One process for all of them, so that they share the services.
const flags = ['--test', '--test-isolation=none', '--test-timeout=600000']
process.exitCode = spawnSync(process.execPath, [...flags, ...files], { stdio: 'inherit' }).status ?? 1
