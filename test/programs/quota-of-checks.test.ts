import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seedCatalogue } from '../../src/main/seed-catalogue.ts'
import { openJudge } from '../../src/tenant/judge.ts'
import { clientOf } from '../console/client-of.ts'
import { startWorld } from '../world.ts'

test('a check of a plan does not refuse what only the quota of this moment forbids', async t => {
  const world = await startWorld({ conf: { DEFAULT: ['max_volumes_per_tenant = 1'] } })
  t.after(() => world.stop())
  await seedCatalogue(world.ports, world.dataDir)
  const judge = openJudge({ trove: await clientOf(world, 'demo'), region: undefined })
  const judged = (size: number, flavorRef: string) => {
    const datastore = { type: 'postgresql', version: '18' }
    const body = { name: 'shop', flavorRef, volume: { size }, datastore }
    const request = { kind: 'create', body, isFlavorByName: false } as const
    const rest = { address: 'shop', place: { path: 'plan.json' }, region: undefined, omissions: [] }
    return judge({ request, flavorField: 'flavor_id', ...rest })
  }
  assert.equal((await judged(1, '12')).outcome, 'allowed')
  const { outcome, message } = await judged(2, '12')
  assert.equal(outcome, 'not judged')
  assert.match(message ?? '', /the quota leaves too little for it now: Quota exceeded for resources: \['volumes'\]\.$/)
  assert.equal((await judged(2, '11')).outcome, 'refused')
})
