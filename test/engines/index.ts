import { test } from 'node:test'
import { openLocalCompute } from '../../src/compute/local/compute.ts'
import { options } from '../../src/config/options.ts'
import type { EngineImage } from '../../src/model/image.ts'
import type { EngineBench } from './engine-bench.ts'
import { mariadb, mysql } from './mysql-family.ts'
import { postgresql } from './postgresql.ts'
import { redis, valkey } from './redis.ts'

/** A law of the contract tests compares this list with what the driver can run. */
export const engineBenches: readonly EngineBench[] = [postgresql, mariadb, mysql, redis, valkey]

const withSystem = process.env.TROVE_TS_TEST_SYSTEM === '1'

export const anywhere: readonly string[] = [
  ...(process.env.TROVE_TS_TEST_ENGINE_PATH ?? '').split(':'),
  ...options.enginePath.fallback.split(':'),
].filter(folder => folder !== '')

/**
 * Where engines are looked for: nowhere in `npm test`, which knows the one that comes along from npm alone, and where the
 * driver looks in `npm run test:all`. TROVE_TS_TEST_ENGINE_PATH names more folders, to try an engine that lies elsewhere.
 */
export const enginePath: readonly string[] = withSystem ? anywhere : []

export type EngineUnderTest = Readonly<{ title: string; bench: EngineBench; image: EngineImage }>

/** What can be run from these folders, and what comes along from npm. */
export async function findEngines(path: readonly string[]): Promise<readonly EngineUnderTest[]> {
  const images = await openLocalCompute({ folder: '/nonexistent', enginePath: path }).images()
  return images.flatMap(image => {
    const bench = engineBenches.find(({ engine }) => engine === image.suggests?.datastore)
    return bench ? [{ title: image.name, bench, image }] : []
  })
}

/**
 * The engines of this machine that tests loop over. Those that are not here are told, each as a test that was not run or,
 * where it is promised to be, that failed.
 */
export async function enginesUnderTest(): Promise<readonly EngineUnderTest[]> {
  const under = await findEngines(enginePath)
  for (const { engine, isPromised } of withSystem ? engineBenches : [postgresql]) {
    if (under.some(({ bench }) => bench.engine === engine)) continue
    test(`with ${engine}`, t => {
      if (isPromised && (withSystem || process.platform === 'linux'))
        throw new Error(`${engine} is not on this machine`)
      t.skip(`NOT RUN: ${engine} is not on this machine`)
    })
  }
  return under
}
