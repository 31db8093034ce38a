import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, writeFileSync } from 'node:fs'

/** Debian 12's packages by a file that each brings. */
const packages: Readonly<Record<string, string>> = {
  '/usr/sbin/mariadbd': 'mariadb-server',
  '/usr/bin/keystone-manage': 'keystone',
  '/usr/bin/nova-manage': 'nova-common',
  '/usr/bin/nova-api-wsgi': 'nova-api',
  '/usr/bin/placement-api': 'placement-api',
  '/usr/bin/glance-api': 'glance-api',
  '/usr/bin/trove-api': 'trove-api',
  '/usr/bin/trove-manage': 'trove-common',
  '/usr/bin/uwsgi-core': 'uwsgi-core',
  '/usr/lib/uwsgi/plugins/python3_plugin.so': 'uwsgi-plugin-python3',
  '/usr/bin/openstack': 'python3-openstackclient',
  '/usr/lib/python3/dist-packages/troveclient/__init__.py': 'python3-troveclient',
}

const isThere = (path: string) => {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

/** The packages that are not installed. */
export const missingPackages = (): string[] => [
  ...new Set(
    Object.entries(packages)
      .filter(([file]) => !isThere(file))
      .map(([, name]) => name),
  ),
]

/** Debian asks at installation whether to set up databases, users and endpoints: no, the rig does that in its own folders. */
const questions = [
  ...['configure_db', 'register-endpoint', 'register-service', 'create-admin-tenant'],
  ...['configure_ksat', 'configure_rabbit', 'configure-rabbit'],
]
const services = ['keystone', 'nova', 'placement', 'glance', 'trove']
const owners = services.flatMap(service => [service, `${service}-common`, `${service}-api`])

const answers = () =>
  owners
    .flatMap(owner => {
      const prefixes = [owner, owner.split('-', 1)[0]!]
      return prefixes.flatMap(prefix => questions.map(question => `${owner} ${prefix}/${question} boolean false`))
    })
    .concat('dbconfig-common dbconfig-common/dbconfig-install boolean false')
    .join('\n')

/** A package must start nothing: what runs here are the rig's own processes. Removed again when it was not there before. */
const startPolicy = '/usr/sbin/policy-rc.d'

/** Installs packages as root. Throws an Error that says what failed. */
export function installPackages(names: readonly string[]): void {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', DEBCONF_NONINTERACTIVE_SEEN: 'true' }
  const run = (command: string, args: readonly string[], input?: string) => {
    const { status, error } = spawnSync(command, args, {
      input,
      env: environment,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'],
    })
    if (status !== 0)
      throw new Error(`${command} ${args.slice(0, 2).join(' ')} failed (${error?.message ?? status}); it needs root`)
  }
  if (!existsSync(startPolicy)) writeFileSync(startPolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const wait = ['-o', 'DPkg::Lock::Timeout=600']
  run('apt-get', ['update', '-q', ...wait])
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...wait, 'debconf'])
  run('debconf-set-selections', [], `${answers()}\n`)
  run('apt-get', [
    ...['install', '-y', '-q', '--no-install-recommends', ...wait],
    ...['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'],
    ...names,
  ])
}
