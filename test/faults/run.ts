import { parseArgs } from 'node:util'
import { anywhere, findEngines } from '../engines/index.ts'
import { crashActions } from './crash-suite.ts'
import { startCrashSuite, summary } from './start-crash-suite.ts'

/**
 * The crash suite in full: every point of every action once, the API once for each, and then at random until the time is
 * up. `npm run faults -- --minutes N [--engine mariadb] [--seed S]`
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    engine: { type: 'string', default: 'postgresql' },
    seed: { type: 'string' },
  },
})
const engine = (await findEngines(anywhere)).find(({ bench }) => bench.engine === values.engine)
if (!engine) throw new Error(`There is no ${values.engine} on this machine.`)
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
