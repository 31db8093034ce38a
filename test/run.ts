import { spawn, spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, globSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'
import { readScriptArgs, refuseArgs } from './script-args.ts'
import systemPackages from './system-packages.json' with { type: 'json' }

/*
 * Tests depend on these:
 * - `*.long.test.ts` runs with `all`, or when it is selected. `test/extent.ts` tells other files which form is running.
 * - TROVE_TS_TEST_SYSTEM=1 means that every program in `system-packages.json` is installed.
 * - TROVE_TS_TEST_FOLDER is a folder that lasts as long as the run. `makeOnce` in `test/servers/` keeps data folders there.
 */
const [mode, ...args] = process.argv.slice(2)
const script = mode === 'all' ? 'npm run test:all' : 'npm test'
const help = `Runs the tests. \`npm test\` runs the short form, which needs only npm. \`npm run test:all\` runs everything, in another
time zone.

  npm test -- test/stories
  npm run test:all -- --install

  --install  (test:all) install missing Debian packages first

Files and folders select tests; without any, it runs all of them.`

const { values, paths: selected } = readScriptArgs(
  { script, help, options: { install: { type: 'boolean' } }, takesPaths: true },
  args,
)
const mayInstall = values.install === true

/**
 * Folders whose test files share a process: they leave nothing behind, and starting a process for each would take
 * longer.
 */
const sharedFolders = ['src/', 'test/laws/', 'test/store/']
/** Exceptions: folders whose tests start, kill and limit processes. */
const separateFolders = ['src/compute/', 'src/main/']

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
  console.log(`${missing.join(', ')} not found. On Debian, as root: apt-get install ${packages.join(' ')}`)
  if (!mayInstall) return
  for (const words of [['update', '-q'], install]) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const { status } = spawnSync('apt-get', words, { stdio: ['ignore', 'inherit', 'inherit'], env: environment })
    if (status !== 0) return console.error(`apt-get ${words.join(' ')} failed with status ${status}; it requires root`)
  }
}

/** The selected files, or all files. */
function testFiles(): string[] {
  const everywhere = globSync('{src,test}/**/*.test.ts').sort()
  if (selected.length === 0) return everywhere.filter(file => mode === 'all' || !isLong(file))
  return selected.flatMap(path => {
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return [path]
    const inside = everywhere.filter(file => file.startsWith(join(path, '/')))
    if (inside.length === 0) refuseArgs(script, `No tests found at '${path}'.`)
    return inside.filter(file => mode === 'all' || !isLong(file))
  })
}

/**
 * What takes longest, longest first. It starts first, so that no process is left running alone at the end. A wrong or
 * missing entry only costs time.
 */
const longest = [
  'test/store/',
  'test/programs/upgrade-from-before.long.test.ts',
  'test/console/',
  'test/faults/crash.test.ts',
  'test/stories/stories.test.ts',
  'test/programs/all-in-one.test.ts',
  'test/transcripts/',
  'test/programs/datastore-catalogue.test.ts',
  'test/docs/pages.test.ts',
  'test/clients/',
  'test/attacks/',
  'test/programs/',
  'test/fuzz/',
  'src/compute/',
]
const rank = (file: string) => longest.findIndex(start => file.startsWith(start)) >>> 0

/** The files of each process, in the order in which they start. */
function processes(files: readonly string[]): string[][] {
  const groups = Object.groupBy(files, file => {
    const isSeparate = separateFolders.some(folder => file.startsWith(folder))
    return (isSeparate ? undefined : sharedFolders.find(folder => file.startsWith(folder))) ?? file
  })
  return Object.values(groups)
    .map(group => group!)
    .sort(([one], [other]) => rank(one!) - rank(other!))
}

type Outcome = Readonly<{ isGood: boolean; output: string }>

/** No test waits that long. It ends those that hang, also on a machine that has much else to do. */
const hangMs = 900_000

function runProcess(files: readonly string[], environment: NodeJS.ProcessEnv, isOnly: boolean): Promise<Outcome> {
  const flags = ['--test', '--test-isolation=none', `--test-timeout=${hangMs}`, '--test-reporter=spec']
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

const counterNames = ['tests', 'pass', 'fail', 'cancelled', 'skipped'] as const
const countIn = (output: string, counter: string) =>
  Number(new RegExp(`^ℹ ${counter} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)

/** A folder for what the processes of this run share. Database servers run as another user, who must get through. */
function folderOfRun(): string {
  const folder = mkdtempSync(join('/tmp', 'trove-ts-tests-'))
  chmodSync(folder, 0o711)
  process.once('exit', () => rmSync(folder, { recursive: true }))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
  return folder
}

async function runTests(withSystem: boolean): Promise<number> {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    TROVE_TS_TEST_SYSTEM: withSystem ? '1' : '',
    TROVE_TS_TEST_LONG: mode === 'all' ? '1' : '',
    TROVE_TS_TEST_FOLDER: folderOfRun(),
    // Our sources are compiled once, and not again in each of several hundred processes.
    NODE_COMPILE_CACHE: join(import.meta.dirname, '..', 'node_modules', '.cache', 'node'),
  }
  // Trove's datetimes are naive UTC. A time zone with an odd offset reveals code that shifts them.
  if (mode === 'all') environment.TZ ??= 'America/St_Johns'
  const waiting = processes(testFiles())
  if (waiting.length === 1) return (await runProcess(waiting[0]!, environment, true)).isGood ? 0 : 1
  const beganMs = performance.now()
  const outcomes: Outcome[] = []
  async function work() {
    for (let files = waiting.shift(); files; files = waiting.shift()) {
      const fileBeganMs = performance.now()
      const outcome = await runProcess(files, environment, false)
      outcomes.push(outcome)
      const title = files.length === 1 ? files[0] : `${files.length} files, from ${files[0]} on`
      console.log(
        `\n${outcome.isGood ? '✔' : '✖'} ${title} (${((performance.now() - fileBeganMs) / 1000).toFixed(1)} s)`,
      )
      console.log(outcome.output.trimEnd())
    }
  }
  // One more than there are cores: tests that start processes wait now and then.
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) + 1 }, work))
  const failed = outcomes.filter(({ isGood }) => !isGood)
  for (const { output } of failed) console.log(`\n${output.slice(Math.max(output.lastIndexOf('✖ failing tests:'), 0))}`)
  console.log()
  for (const counter of counterNames)
    console.log(`ℹ ${counter} ${outcomes.reduce((sum, { output }) => sum + countIn(output, counter), 0)}`)
  console.log(`ℹ duration ${((performance.now() - beganMs) / 1000).toFixed(0)} s`)
  return failed.length === 0 ? 0 : 1
}

if (mode !== 'npm' && mode !== 'all') throw new Error('usage: node test/run.ts npm|all [--install] [file or folder …]')
if (mode === 'npm') {
  process.exitCode = await runTests(false)
  const longFiles = selected.length > 0 ? [] : globSync('{src,test}/**/*.long.test.ts')
  const long = longFiles.length > 0 ? `${longFiles.length} files named *.long.test.ts, and ` : ''
  console.log(
    `not run: ${long}tests that need MariaDB, Redis, nginx, chromium or the stock clients; \`npm run test:all\` runs them`,
  )
} else {
  if (missingPrograms().length > 0) installMissing(missingPrograms())
  const missing = missingPrograms()
  process.exitCode = await runTests(missing.length === 0)
  if (missing.length > 0) {
    console.error(`failed: the tests that need ${missing.join(', ')} did not run (see the apt-get line above)`)
    process.exitCode = 1
  }
}
