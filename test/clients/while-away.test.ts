import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startWorld, type World } from '../world.ts'
import { clientsOf } from './command.ts'

function defineTests() {
  describe('the stock clients at a gate whose Trove is away', () => {
    let world: World
    before(async () => {
      // Nothing listens on the port of tcpmux.
      world = await startWorld({ conf: { trovets: ['trove_endpoint = http://127.0.0.1:1'] } })
    })
    after(() => world.stop())

    for (const line of ['openstack datastore list', 'trove datastore-list'])
      it(`${line} shows why`, async () => {
        const ran = await clientsOf(world)({ line, who: 'demo' })
        assert.equal(ran.exitCode, 1, ran.shown)
        assert.match(ran.stderr.join('\n'), /Trove is unreachable\. Please keep this ID/, ran.shown)
      })
  })
}

if (process.env.TROVE_TS_TEST_SYSTEM === '1') defineTests()
else console.log('not run: the stock clients at a gate whose Trove is away; TROVE_TS_TEST_SYSTEM=1 runs them')
