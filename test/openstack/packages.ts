import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/** What the rig runs, as Debian 12 packages it. */
const packages = [
  ...['mariadb-server', 'rabbitmq-server', 'keystone', 'placement-common', 'placement-api', 'glance-common'],
  ...[
    'glance-api',
    'nova-common',
    'nova-api',
    'nova-conductor',
    'nova-scheduler',
    'cinder-common',
    'cinder-api',
    'trove-common',
    'trove-api',
  ],
  ...['uwsgi-core', 'uwsgi-plugin-python3', 'python3-openstackclient', 'python3-troveclient', 'chromium'],
]

/** The packages that are not installed, with their files in /etc. */
export const missingPackages = (names: readonly string[] = packages): string[] =>
  names.filter(name => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is how dpkg-query is asked for a field
    const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}', name], { encoding: 'utf8' })
    return stdout?.trim() !== 'ii'
  })

/** Debian asks at installation whether to set up databases, users and endpoints: no, the rig does that in its own folders. */
const questions = [
  ...['configure_db', 'register-endpoint', 'register-service', 'create-admin-tenant'],
  ...['configure_ksat', 'configure_rabbit', 'configure-rabbit'],
]
const services = ['keystone', 'placement', 'nova', 'glance', 'cinder', 'trove']
const owners = services.flatMap(service => [service, `${service}-common`, `${service}-api`])

const answers = () =>
  owners
    .flatMap(owner => {
      const prefixes = [owner, owner.split('-', 1)[0]!]
      return prefixes.flatMap(prefix => questions.map(question => `${owner} ${prefix}/${question} boolean false`))
    })
    .concat('dbconfig-common dbconfig-common/dbconfig-install boolean false')
    .join('\n')

/** A package must start nothing: what runs here are the rig's own processes. */
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
  const isOurs = !existsSync(startPolicy)
  if (isOurs) writeFileSync(startPolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const wait = ['-o', 'DPkg::Lock::Timeout=600']
    run('apt-get', ['update', '-q', ...wait])
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...wait, 'debconf'])
    run('debconf-set-selections', [], `${answers()}\n`)
    run('apt-get', [
      ...['install', '-y', '-q', '--no-install-recommends', ...wait],
      ...['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'],
      ...names,
    ])
  } finally {
    if (isOurs) rmSync(startPolicy)
  }
}
