import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { installPackages, missingPackages } from './packages.ts'

/**
 * Runs the tests against a real Keystone, Nova, Glance, MariaDB and Trove 18 from Debian 12's packages, on loopback, on free
 * ports, in temporary folders. `--install` fetches what is missing; further arguments choose test files.
 */
const args = process.argv.slice(2)
const chosen = args.filter(arg => arg !== '--install')

if (process.getuid?.() !== 0) {
  console.error('NOT RUN: Debian lets only root read the files of its services in /etc; run this as root.')
  process.exit(1)
}
const missing = missingPackages()
if (missing.length > 0 && args.includes('--install')) installPackages(missing)
const still = missingPackages()
if (still.length > 0) {
  console.error(`NOT RUN: ${still.join(', ')} not installed. As root on Debian 12: npm run test:openstack -- --install`)
  process.exit(1)
}

const files = chosen.length > 0 ? chosen : globSync('test/openstack/*.rig.ts').sort()
// One process for all of them, so that they share the services.
const flags = ['--test', '--test-isolation=none', '--test-timeout=600000']
process.exitCode = spawnSync(process.execPath, [...flags, ...files], { stdio: 'inherit' }).status ?? 1
