import fc from 'fast-check'
import { type EngineUnderTest, enginePath } from '../engines/index.ts'
import { deploy, type Scope } from '../servers/deployment.ts'
import { claimSeconds, crashFlavors, openCrashSuite, type Tally } from './crash-suite.ts'

/** A crash suite on a deployment of its own, and dice that fall as the seed says. */
export async function startCrashSuite(scope: Scope, engine: EngineUnderTest, seed: number, path = enginePath) {
  const at = await deploy(scope, {
    flavors: crashFlavors,
    apis: 1,
    workers: 0,
    engine: engine.bench.engine,
    conf: {
      DEFAULT: [
        `default_datastore = ${engine.bench.engine}`,
        'max_volumes_per_tenant = -1',
        'max_instances_per_tenant = -1',
        'max_accepted_volume_size = 1000000',
      ],
      trovets: ['rate_limits = false', `claim_time = ${claimSeconds}`, `engine_path = ${path.join(':')}`],
    },
  })
  let token = await at.tokenOf('demo')
  const ask = async (method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${at.urls[0]}/v1.0/${at.projectOf('demo')}${path}`, {
      method,
      headers: { 'x-auth-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    if (answer.status === 401) {
      token = await at.tokenOf('demo')
      return ask(method, path, body)
    }
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
  }
  const throws = fc.sample(fc.nat(), { seed, numRuns: 100_000 })
  let thrown = 0
  const choose = (upTo: number) => throws[thrown++ % throws.length]! % upTo
  return { suite: openCrashSuite(at, engine, ask), choose }
}

const counts = (counted: Readonly<Record<string, number>>) =>
  Object.entries(counted)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ')

export const summary = ({ title }: EngineUnderTest, seed: number, tally: Tally) =>
  `crash suite with ${title}, seed ${seed}: ${tally.instances} instances; begun: ${counts(tally.done)}; ` +
  `refused ${tally.refused}; killed: ${counts(tally.kills)}; ${tally.violations.length} violations`
