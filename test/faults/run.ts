import { anywhere, findEngines } from '../engines/index.ts'
import { readScriptArgs, refuseArgs } from '../script-args.ts'
import { crashActions } from './crash-suite.ts'
import { startCrashSuite, summary } from './start-crash-suite.ts'

const script = 'npm run faults'
const help = `Kills workers and the API: once at every point of every action, and then at random until the time is up.

  ${script} -- --minutes 30 --engine mariadb

  --minutes N    how long to go on (default 10)
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
const engine = (await findEngines(anywhere)).find(({ bench }) => bench.engine === values.engine)
if (!engine) refuseArgs(script, `Unknown --engine '${values.engine}', or it is not installed on this machine.`)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const untilMs = performance.now() + Number(values.minutes) * 60_000
const isTime = () => performance.now() < untilMs

const ends: (() => Promise<void>)[] = []
const { suite, choose } = await startCrashSuite({ after: end => void ends.push(end) }, engine, seed, anywhere)
const tell = (what: string) => console.log(`${what}: ${summary(engine, seed, suite.tally)}`)
let seen = 0
const complain = () => {
  for (const violation of suite.tally.violations.slice(seen)) console.error(`VIOLATION ${violation}`)
  seen = suite.tally.violations.length
}

tell('begun')
try {
  for (const action of crashActions) {
    if (isTime()) await suite.apiRound(action)
    for (let killAt = 1; isTime() && (await suite.round(action, killAt)); killAt++) complain()
    complain()
    tell(`every point of ${action}`)
  }
  for (let storms = 1; isTime(); storms++) {
    await suite.storm(choose)
    complain()
    if (storms % 20 === 0) tell(`${storms} at random`)
  }
} finally {
  complain()
  for (const end of ends.reverse()) await end()
}
console.log(summary(engine, seed, suite.tally))
process.exitCode = suite.tally.violations.length > 0 ? 1 : 0
