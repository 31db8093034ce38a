import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, globSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import systemPackages from './system-packages.json' with { type: 'json' }

/**
 * Runs the tests. `npm` is the short form, which needs nothing but npm. `all` runs everything, in another time zone; with
 * `--install` it first installs missing system packages, and with `--install-only` it does only that. Further arguments
 * select files and folders.
 *
 * Tests depend on the form in two ways:
 * - `*.long.test.ts` run only with `all`, or when selected. Other files ask `test/extent.ts` which form is running.
 * - TROVE_TS_TEST_SYSTEM=1 means that every program in `system-packages.json` is installed.
 */
const [mode, ...args] = process.argv.slice(2)
const installsOnly = args.includes('--install-only')
const mayInstall = installsOnly || args.includes('--install')
const selected = args.filter(arg => arg !== '--install' && arg !== '--install-only')

/** The test files of each of these folders share a process: they have no side effects, and starting processes takes longer. */
const sharedProcess = ['src/', 'test/laws/', 'test/store/']
/** Exceptions: these tests start, kill and limit processes. */
const ownProcess = ['src/compute/', 'src/main/']

const isLong = (file: string) => file.endsWith('.long.test.ts')

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
  console.log(`Not found: ${missing.join(', ')}. To install on Debian, as root: apt-get install ${packages.join(' ')}`)
  if (!mayInstall) return
  for (const command of [['update', '-q'], install]) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const { status } = spawnSync('apt-get', command, { stdio: ['ignore', 'inherit', 'inherit'], env: environment })
    if (status !== 0)
      return console.error(`apt-get ${command.join(' ')} failed with exit code ${status}; it requires root`)
  }
}

/** The selected test files, or all of them. Throws an Error for a path without tests. */
function testFiles(): string[] {
  const everywhere = globSync('{src,test}/**/*.test.ts').sort()
  if (selected.length === 0) return everywhere.filter(file => mode === 'all' || !isLong(file))
  return selected.flatMap(path => {
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return [path]
    const inside = everywhere.filter(file => file.startsWith(join(path, '/')))
    if (inside.length === 0) throw new Error(`No tests found at '${path}'.`)
    return inside.filter(file => mode === 'all' || !isLong(file))
  })
}

/** The test files of each process. Later names come first, since the longest tests are among them. */
function processes(files: readonly string[]): string[][] {
  const groups = Object.groupBy(files, file => {
    const isAlone = ownProcess.some(folder => file.startsWith(folder))
    return (isAlone ? undefined : sharedProcess.find(folder => file.startsWith(folder))) ?? file
  })
  return Object.values(groups)
    .map(group => group!)
    .toReversed()
}

type Result = Readonly<{ isGood: boolean; output: string }>

function runProcess(files: readonly string[], environment: NodeJS.ProcessEnv, isOnly: boolean): Promise<Result> {
  const flags = ['--test', '--test-isolation=none', '--test-timeout=300000', '--test-reporter=spec']
  const child = spawn(process.execPath, [...flags, ...files], {
    env: environment,
    stdio: ['ignore', isOnly ? 'inherit' : 'pipe', isOnly ? 'inherit' : 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', text => {
      output += text
    })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ isGood: code === 0, output }))
  })
}

const counters = ['tests', 'pass', 'fail', 'cancelled', 'skipped'] as const
const countIn = (output: string, counter: string) =>
  Number(new RegExp(`^ℹ ${counter} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)

async function runTests(withSystem: boolean): Promise<number> {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    TROVE_TS_TEST_SYSTEM: withSystem ? '1' : '',
    TROVE_TS_TEST_LONG: mode === 'all' ? '1' : '',
  }
  // Trove's datetimes are naive UTC. A time zone with an odd offset reveals code that shifts them.
  if (mode === 'all') environment.TZ ??= 'America/St_Johns'
  const waiting = processes(testFiles())
  if (waiting.length === 1) return (await runProcess(waiting[0]!, environment, true)).isGood ? 0 : 1
  const beganMs = performance.now()
  const results: Result[] = []
  async function work() {
    for (let files = waiting.shift(); files; files = waiting.shift()) {
      const fileBeganMs = performance.now()
      const result = await runProcess(files, environment, false)
      results.push(result)
      const title = files.length === 1 ? files[0] : `${files.length} files, starting with ${files[0]}`
      console.log(
        `\n${result.isGood ? '✔' : '✖'} ${title} (${((performance.now() - fileBeganMs) / 1000).toFixed(1)} s)`,
      )
      console.log(result.output.trimEnd())
    }
  }
  await Promise.all([work(), work()])
  const failed = results.filter(({ isGood }) => !isGood)
  for (const { output } of failed) console.log(`\n${output.slice(Math.max(output.lastIndexOf('✖ failing tests:'), 0))}`)
  console.log()
  for (const counter of counters)
    console.log(`ℹ ${counter} ${results.reduce((sum, { output }) => sum + countIn(output, counter), 0)}`)
  console.log(`ℹ duration ${((performance.now() - beganMs) / 1000).toFixed(0)} s`)
  return failed.length === 0 ? 0 : 1
}

if (mode !== 'npm' && mode !== 'all')
  throw new Error('usage: node test/run.ts npm|all [--install | --install-only] [file or folder …]')
if (mode === 'npm') {
  process.exitCode = await runTests(false)
  const longFiles = selected.length > 0 ? [] : globSync('{src,test}/**/*.long.test.ts')
  const long = longFiles.length > 0 ? `${longFiles.length} files named *.long.test.ts, and ` : ''
  console.log(
    `not run: ${long}tests that need MariaDB, Redis, nginx or the stock clients; \`npm run test:all\` runs them, too`,
  )
} else {
  if (missingPrograms().length > 0) installMissing(missingPrograms())
  const missing = missingPrograms()
  process.exitCode = installsOnly ? 0 : await runTests(missing.length === 0)
  if (missing.length > 0) {
    console.error(`failed, because tests were not run: missing ${missing.join(', ')} (see the apt-get line above)`)
    process.exitCode = 1
  }
}
