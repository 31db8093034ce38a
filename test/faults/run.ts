import { readScriptArgs, refuseArgs } from '../script-args.ts'

const script = 'npm run faults'
const help = `Runs the full crash suite: kills at every point of every action once, kills the API once per action, and then kills at
random until the time is up.

  ${script} -- --minutes 30 --engine mariadb

  --minutes N    total duration in minutes (default 10)
  --engine NAME  engine of the instances: postgresql (default), mariadb, mysql, redis, valkey; it must be installed
  --seed N       the same seed makes the same choices (default: from the clock)

The exit code is 1 if something was lost or left behind.`

const { values } = readScriptArgs({
  script,
  help,
  numbers: ['minutes', 'seed'],
  options: {
    minutes: { type: 'string', default: '10' },
    engine: { type: 'string', default: 'postgresql' },
    seed: { type: 'string' },
  },
})
// Loaded here because it takes longer than --help and wrong options do.
const { anywhere, findEngines } = await import('../engines/index.ts')
const { crashActions } = await import('./crash-suite.ts')
const { startCrashSuite, summary } = await import('./start-crash-suite.ts')
const engine = (await findEngines(anywhere)).find(({ bench }) => bench.engine === values.engine)
if (!engine) refuseArgs(script, `The engine '${values.engine}' was not found on this machine.`)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const untilMs = performance.now() + Number(values.minutes) * 60_000
const isTime = () => performance.now() < untilMs

const ends: (() => Promise<void>)[] = []
const { suite, choose } = await startCrashSuite({ after: end => void ends.push(end) }, engine, seed, anywhere)
const printProgress = (stage: string) => console.log(`${stage}: ${summary(engine, seed, suite.tally)}`)
let printed = 0
const printViolations = () => {
  for (const violation of suite.tally.violations.slice(printed)) console.error(`VIOLATION ${violation}`)
  printed = suite.tally.violations.length
}

printProgress('started')
try {
  for (const action of crashActions) {
    if (isTime()) await suite.apiRound(action)
    for (let killAt = 1; isTime() && (await suite.round(action, killAt)); killAt++) printViolations()
    printViolations()
    printProgress(`killed at every point of ${action}`)
  }
  for (let storms = 1; isTime(); storms++) {
    await suite.storm(choose)
    printViolations()
    if (storms % 20 === 0) printProgress(`killed ${storms} times at random`)
  }
} finally {
  printViolations()
  for (const end of ends.reverse()) await end()
}
console.log(summary(engine, seed, suite.tally))
process.exitCode = suite.tally.violations.length > 0 ? 1 : 0
