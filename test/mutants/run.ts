import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openParser } from '../laws/parser.ts'
import { readScriptArgs, refuseArgs } from '../script-args.ts'
import { type Mutant, mutantsOf } from './mutants.ts'

const script = 'npm run test:mutants'
const help = `Makes small changes to the decisions in src/rules/, one at a time, counts how many of them the unit tests detect, and
prints the undetected changes.

  ${script} -- --every 10
  ${script} -- src/rules/allowed/flavor/decide.ts

  --every N  try only every Nth change (default 1)

For an undetected change, add a test, or accept it if the change makes no difference.`

const { values, paths: selected } = readScriptArgs({
  script,
  help,
  options: { every: { type: 'string', default: '1' } },
  numbers: ['every'],
  takesPaths: true,
})
const root = join(import.meta.dirname, '../..')
const decisions = 'src/rules/**/*.ts'
const isTest = (path: string) => path.endsWith('.test.ts')
const files =
  selected.length > 0
    ? selected
    : globSync(decisions, { cwd: root })
        .filter(path => !isTest(path))
        .sort()
for (const file of files) if (!existsSync(join(root, file))) refuseArgs(script, `File not found: '${file}'.`)
const everyTest = globSync(decisions, { cwd: root }).filter(isTest).sort()
const secondsMax = 120

type Trial = Readonly<{ path: string; mutant: Mutant }>

/** True when these tests fail on the mutant, or do not end in time. */
function isKilled({ path, mutant }: Trial, tests: readonly string[]): Promise<boolean> {
  const url = pathToFileURL(join(root, path)).href
  const child = spawn(
    process.execPath,
    ['--import', join(import.meta.dirname, 'load-mutant.ts'), '--test', '--test-isolation=none', ...tests],
    { cwd: root, stdio: 'ignore', env: { ...process.env, TROVE_TS_TEST_MUTANT: JSON.stringify({ ...mutant, url }) } },
  )
  const giveUp = setTimeout(() => child.kill('SIGKILL'), secondsMax * 1000)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      clearTimeout(giveUp)
      resolve(code !== 0)
    })
  })
}

/** Runs the tests beside the file first: they are fast, and most likely to detect the mutant. */
async function survives(trial: Trial): Promise<boolean> {
  const beside = trial.path.replace(/\.ts$/, '.test.ts')
  const [first, others] = [[beside], everyTest.filter(test => test !== beside && reachedBy(test).has(trial.path))]
  for (const tests of everyTest.includes(beside) ? [first, others] : [others])
    if (tests.length > 0 && (await isKilled(trial, tests))) return false
  return true
}

const reached = new Map<string, ReadonlySet<string>>()

/** Returns the files that a test imports, directly or through others. No other test can detect a mutant of them. */
function reachedBy(test: string): ReadonlySet<string> {
  const known = reached.get(test)
  if (known) return known
  const files = new Set([test])
  for (const file of files)
    for (const [, specifier] of readFileSync(join(root, file), 'utf8').matchAll(/ from '(\.[^']+)'/g))
      files.add(posix.join(posix.dirname(file), specifier!))
  reached.set(test, files)
  return files
}

function trials(): Trial[] {
  const parser = openParser()
  const syntax = parser.parse(files.map(path => readFileSync(join(root, path), 'utf8')))
  parser.close()
  const all = files.flatMap((path, index) => mutantsOf(syntax[index]!).map(mutant => ({ path, mutant })))
  return all.filter((_, index) => index % Number(values.every) === 0)
}

function survivorLine({ path, mutant }: Trial): string {
  const text = readFileSync(join(root, path), 'utf8')
  const line = text.slice(0, mutant.start).split('\n').length
  return `survives: ${path}:${line}  ${text.slice(mutant.start, mutant.end).split('\n', 1)[0]}  →  ${mutant.text.split('\n', 1)[0]}`
}

const waiting = trials()
const count = waiting.length
let survivors = 0
async function work() {
  for (let trial = waiting.shift(); trial; trial = waiting.shift())
    if (await survives(trial)) {
      survivors++
      console.log(survivorLine(trial))
    }
}
await Promise.all([work(), work()])
const killed = count - survivors
console.log(`The tests detect ${killed} of ${count} mutants (${((100 * killed) / count).toFixed(1)} %).`)
if (killed < 0.95 * count) {
  console.error('At least 95 % are required.')
  process.exitCode = 1
}
