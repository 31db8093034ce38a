import { spawnSync } from 'node:child_process'
import { accessSync, constants, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import systemPackages from './system-packages.json' with { type: 'json' }

/**
 * Runs the tests. `npm`: everything that needs nothing but npm. `all`: that and what needs system packages, in another
 * time zone; `--install` fetches what is missing. Further arguments choose test files.
 */
const [mode, ...args] = process.argv.slice(2)
const mayInstall = args.includes('--install')
const chosen = args.filter(arg => arg !== '--install')

const isInstalled = (program: string) =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'].some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

function missingPrograms(): string[] {
  return Object.keys(systemPackages).filter(program => !isInstalled(program))
}

function installMissing(missing: readonly string[]) {
  const packages = missing.flatMap(program => systemPackages[program as keyof typeof systemPackages].split(' '))
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages]
  console.log(`${missing.join(', ')} not found. On Debian, as root: apt-get install ${packages.join(' ')}`)
  if (!mayInstall) return
  for (const words of [['update', '-q'], install]) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const { status } = spawnSync('apt-get', words, { stdio: ['ignore', 'inherit', 'inherit'], env: environment })
    if (status !== 0) return console.error(`apt-get ${words.join(' ')} ended with ${status}; it needs root`)
  }
}

function runTests(withSystem: boolean): number {
  const files = chosen.length > 0 ? chosen : globSync('{src,test}/**/*.test.ts').sort()
  const environment: NodeJS.ProcessEnv = { ...process.env, TROVE_TS_TEST_SYSTEM: withSystem ? '1' : '' }
  // Trove's datetimes are naive UTC; a zone with an odd offset finds whoever shifts them.
  if (mode === 'all') environment.TZ ??= 'America/St_Johns'
  const flags = ['--test', '--test-concurrency=2', '--test-timeout=300000']
  return spawnSync(process.execPath, [...flags, ...files], { stdio: 'inherit', env: environment }).status ?? 1
}

if (mode !== 'npm' && mode !== 'all') throw new Error('usage: node test/run.ts npm|all [--install] [file …]')
if (mode === 'npm') {
  process.exitCode = runTests(false)
  console.log(
    'not run: what needs MariaDB, Redis, nginx and the stock openstack client; `npm run test:all` runs it too',
  )
} else {
  if (missingPrograms().length > 0) installMissing(missingPrograms())
  const missing = missingPrograms()
  process.exitCode = runTests(missing.length === 0)
  if (missing.length > 0) {
    console.error(`not run, and so failed: the tests that need ${missing.join(', ')} (see the apt-get line above)`)
    process.exitCode = 1
  }
}
