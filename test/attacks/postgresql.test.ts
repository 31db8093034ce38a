import { after, before, describe, test } from 'node:test'
import type { EngineUnderTest } from '../engines/index.ts'
import { several } from '../extent.ts'
import {
  assertFails,
  type PostgresqlInstance,
  postgresqlInstance,
  postgresqlUnderTest,
  rootPassword,
  userPassword,
} from './postgresql-bench.ts'
import { rootWays, ways } from './postgresql-ways.ts'

for (const engine of await postgresqlUnderTest()) {
  describe(`a tenant of ${engine.title} cannot gain superuser rights or reach the machine`, () => guarantees(engine))
}

function guarantees(engine: EngineUnderTest) {
  let instance: PostgresqlInstance
  before(async () => {
    instance = await postgresqlInstance(engine)
    await instance.contents.createDatabase({ name: 'shop' })
    for (const name of ['ann', 'bob'])
      await instance.contents.createUser({ name, password: userPassword, databases: ['shop'] })
    await instance.server.enableRoot(rootPassword)
  })
  after(() => instance.remove())

  // Root has more rights than a user. The short form tries every way as root, and every fourth as a user.
  for (const attack of ways('ann').filter((_, index) => index % several(1, 4) === 0))
    test(`a user, ${attack.title}`, () => assertFails(instance, 'ann', attack))
  for (const attack of [...ways('postgres'), ...rootWays])
    test(`root, ${attack.title}`, () => assertFails(instance, 'postgres', attack))
}
