import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { writeWorldFiles } from '../test/world-files.ts'

/*
 * Whole processes, from start to end, beside `node -e 0`: commands and servers, from a checkout and from the package that npm
 * installs. Everything takes turns for several rounds, and the median counts. The CPU time (user and system) is the figure
 * to compare on a machine that does other work, too.
 */
const rounds = 15
const serverRounds = 5
const idleMs = 3000

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'trove-ts-bench-'))
const { dataDir, configFile } = await writeWorldFiles({})

/** Seconds of a process: by the clock, and of CPU. */
type Taken = Readonly<{ wall: number; cpu: number }>
type Program = Readonly<{ args: readonly string[]; after?: readonly string[] }>

const median = (figures: readonly number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!
const medians = (all: readonly Taken[]): Taken => ({
  wall: median(all.map(({ wall }) => wall)),
  cpu: median(all.map(({ cpu }) => cpu)),
})

/** Installs what `npm pack` makes, as a user of the package does. Returns the folder of its programs. */
function installPackage(): string {
  const npm = (...args: string[]) =>
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const file = npm('pack', '--pack-destination', folder).trim().split('\n').at(-1)!
  const flags = ['--global', '--no-audit', '--no-fund', '--prefer-offline', '--omit=optional', '--prefix', folder]
  npm('install', ...flags, join(folder, file))
  return join(folder, 'lib', 'node_modules', 'trove-ts', 'bin')
}

/** bash reports the CPU time of a process that it waited for, which Node does not. */
function timeOf(args: readonly string[]): Taken {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>"$0"'
  const run = spawnSync('bash', ['-c', script, join(folder, 'stderr'), process.execPath, ...args], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${args.join(' ')}: ${readFileSync(join(folder, 'stderr'), 'utf8')}`)
  const [wall, user, system] = run.stderr.trim().split(' ').map(Number)
  return { wall: wall!, cpu: user! + system! }
}

function measureCommands(programs: Readonly<Record<string, Program>>): Map<string, Taken> {
  const all = new Map<string, Taken[]>(Object.keys(programs).map(name => [name, []]))
  // The first two rounds only warm up: the second one finds what the first one has compiled.
  for (let round = -2; round < rounds; round++)
    for (const [name, { args, after }] of Object.entries(programs)) {
      const taken = timeOf(args)
      if (round >= 0) all.get(name)!.push(taken)
      if (after) timeOf(after)
    }
  return new Map([...all].map(([name, taken]) => [name, medians(taken)]))
}

type Started = Readonly<{ firstAnswer: number; cpu: number; idleMib: number }>

/** Units of /proc/PID/stat per second (sysconf(_SC_CLK_TCK), which is 100 on Linux). */
const ticksPerSecond = 100

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

const memoryMib = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

/** The memory of a Node that does nothing, beside which ours is measured. */
async function bareMib(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await setTimeout(idleMs)
  const mib = memoryMib(child.pid!)
  child.kill()
  return mib
}

/** Starts a server, asks it as soon as it listens, and measures its memory after a while without requests. */
async function startServer(args: readonly string[]): Promise<Started> {
  const beganMs = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  for await (const chunk of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += chunk
    const url = /listening at (http:[^\s"]+)/.exec(said)?.[1]
    if (url === undefined) continue
    await (await fetch(url, { headers: { connection: 'close' } })).text()
    break
  }
  const firstAnswer = (performance.now() - beganMs) / 1000
  if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended: ${said}`)
  child.stderr.resume()
  const cpu = cpuSeconds(child.pid!)
  await setTimeout(idleMs)
  const idleMib = memoryMib(child.pid!)
  child.kill('SIGTERM')
  await once(child, 'exit')
  return { firstAnswer, cpu, idleMib }
}

async function measureServers(programs: Readonly<Record<string, Program>>): Promise<Map<string, Started>> {
  const all = new Map<string, Started[]>(Object.keys(programs).map(name => [name, []]))
  for (let round = -2; round < serverRounds; round++)
    for (const [name, { args }] of Object.entries(programs)) {
      const started = await startServer(args)
      if (round >= 0) all.get(name)!.push(started)
    }
  return new Map(
    [...all].map(([name, list]) => [
      name,
      {
        firstAnswer: median(list.map(({ firstAnswer }) => firstAnswer)),
        cpu: median(list.map(({ cpu }) => cpu)),
        idleMib: median(list.map(({ idleMib }) => idleMib)),
      },
    ]),
  )
}

function prepare(manage: string): void {
  const commands = [
    ['db_sync'],
    ['datastore_update', 'mysql', ''],
    ['datastore_version_update', 'mysql', '8.0', 'mysql', 'image', '', '1'],
  ]
  for (const args of commands) timeOf([manage, '--config-file', configFile, ...args])
}

function programsIn(bin: string, place: string): Record<string, Program> {
  const manage = (...args: string[]) => [join(bin, 'trove-manage.js'), '--config-file', configFile, ...args]
  const flavor = ['mysql', '8.0', '2'] as const
  return {
    [`${place}: --help`]: { args: manage('--help') },
    [`${place}: datastore_list`]: { args: manage('datastore_list') },
    [`${place}: datastore_version_flavor_add`]: {
      args: manage('datastore_version_flavor_add', ...flavor),
      after: manage('datastore_version_flavor_delete', ...flavor, '--allow-none'),
    },
    [`${place}: trovets --help`]: { args: [join(bin, 'trovets.js'), '--help'] },
  }
}

const two = (figure: number, width: number) => figure.toFixed(2).padStart(width)

function showCommands(taken: Map<string, Taken>): void {
  const node = taken.get('node -e 0')!
  console.log(`\n${'from start to end, in seconds'.padEnd(42)} clock  ratio    CPU  ratio`)
  for (const [name, { wall, cpu }] of taken)
    console.log(
      `${name.padEnd(42)} ${wall.toFixed(3)} ${two(wall / node.wall, 6)}  ${cpu.toFixed(3)} ${two(cpu / node.cpu, 6)}`,
    )
}

function showServers(started: Map<string, Started>): void {
  console.log(`\n${'a server'.padEnd(42)} first answer    CPU  RSS idle`)
  for (const [name, { firstAnswer, cpu, idleMib }] of started)
    console.log(`${name.padEnd(42)} ${two(firstAnswer, 10)} s ${two(cpu, 6)} ${idleMib.toFixed(0).padStart(5)} MiB`)
}

try {
  const bins = { package: installPackage(), checkout: join(root, 'bin') }
  prepare(join(bins.checkout, 'trove-manage.js'))
  const commands = { 'node -e 0': { args: ['-e', '0'] } }
  const servers: Record<string, Program> = {}
  for (const [place, bin] of Object.entries(bins)) {
    Object.assign(commands, programsIn(bin, place))
    servers[`${place}: trove-api`] = { args: [join(bin, 'trove-api.js'), '--config-file', configFile] }
  }
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`)
  showCommands(measureCommands(commands))
  showServers(await measureServers(servers))
  console.log(`${'a Node that does nothing'.padEnd(42)} ${(await bareMib()).toFixed(0).padStart(25)} MiB`)
} finally {
  rmSync(folder, { recursive: true })
  rmSync(dataDir, { recursive: true })
}
