import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { datetimeText } from '../../src/db/stores/datetime-text.ts'
import { Refused } from '../../src/model/refused.ts'
import { admitFlavor } from '../../src/operations/flavors/admit-flavor.ts'
import { listVersionFlavors, listVersionVerdicts } from '../../src/operations/flavors/list-flavors.ts'
import { loadFlavorPolicy, loadFlavorPolicyFor } from '../../src/operations/flavors/load-flavor-policy.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { engines } from '../servers/engines.ts'
import { clock, newId } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addVersion, metadataOf, noon } from './rows.ts'

const caller = { userId: 'u', projectId: 'p', roles: ['member'], isAdmin: false }
const flavor = (id: string, ramMb = 512) =>
  flavorWith({
    id,
    name: `name ${id}`,
    vcpus: 1,
    ramMb,
    diskGb: 1,
  })
/** Some of them associated below, some too small, one in another letter case. */
const flavors = [flavor('f7'), flavor('F8'), flavor('f900', 64), flavor('other'), flavor('f20000')]

/** A version with so many associations, f0 and onwards, and a requirement. */
async function bench(t: Parameters<typeof freshDatabase>[0], engine: (typeof engines)[number], count: number) {
  const { stores, database } = await freshDatabase(t, engine)
  const version = await addVersion(stores)
  const rows = (from: number) =>
    Array.from({ length: Math.min(1000, count - from) }, (_, n) => ({
      id: newId(),
      datastore_version_id: version.id,
      key: 'flavor',
      value: `f${from + n}`,
      created: datetimeText(noon),
      deleted: database.dialect.flag(false),
      deleted_at: null,
      updated_at: null,
    }))
  for (let from = 0; from < count; from += 1000)
    await database.kysely.insertInto('datastore_version_metadata').values(rows(from)).execute()
  await stores.metadata.insert([metadataOf(version.id, 'ram>=128', { key: 'flavor_requirement' })])
  const ports = { stores, flavors: { list: async () => flavors }, clock, objected: () => {} } as unknown as Ports
  return { ports, version, stores }
}

/** How long nothing else could run at most meanwhile. */
async function stillMs(work: () => Promise<unknown>): Promise<number> {
  let [lastMs, longestMs, isGoing] = [performance.now(), 0, true]
  const tick = () => {
    longestMs = Math.max(longestMs, performance.now() - lastMs)
    lastMs = performance.now()
    if (isGoing) globalThis.setTimeout(tick, 1)
  }
  tick()
  await setTimeout(5)
  await work()
  await setTimeout(5)
  isGoing = false
  return longestMs
}

const countOf = (engine: (typeof engines)[number]) => (engine.name === 'sqlite' ? 100_000 : 20_000)

for (const engine of engines)
  describe(`a version with many associations, on ${engine.name}`, { concurrency: false }, () => {
    test('a tenant is told the same of it as of one with few, and nobody waits', async t => {
      const { ports, version, stores } = await bench(t, engine, countOf(engine))
      const { datastoreId, id: versionId } = version
      const subject = { versionId, projectId: 'p', instanceId: undefined }
      const asTenant = {
        list: () => listVersionFlavors(ports, caller, datastoreId, versionId),
        verdicts: () => listVersionVerdicts(ports, caller, datastoreId, versionId),
        admitted: () => admitFlavor(ports, { ...subject, moment: 'create', flavorId: 'f7' }),
        refused: () => admitFlavor(ports, { ...subject, moment: 'create', flavorId: 'other' }).catch(error => error),
      }
      const expected = countOf(engine) > 20_000 ? ['f7', 'f20000'] : ['f7']
      assert.deepEqual(
        (await asTenant.list()).map(({ id }) => id),
        expected,
      )
      const allowed = (await asTenant.verdicts()).judged.filter(({ verdict }) => verdict.allowed)
      assert.deepEqual(
        allowed.map(({ flavor }) => flavor.id),
        expected,
      )
      assert.equal((await asTenant.admitted()).flavor.id, 'f7')
      assert.ok((await asTenant.refused()) instanceof Refused)

      const whole = await stillMs(() => stores.metadata.list(versionId, ['flavor', 'flavor_requirement']))
      for (const [what, call] of Object.entries(asTenant)) {
        const own = Math.min(await stillMs(call), await stillMs(call), await stillMs(call))
        t.diagnostic(
          `${what}: stood still for ${own.toFixed(0)} ms; reading every row takes ${whole.toFixed(0)} ms of that`,
        )
        assert.ok(own < Math.max(whole / 4, 20), `${what}: ${own} ms of ${whole} ms`)
      }
    })

    test('what is read for some flavors judges them as what is read whole does', async t => {
      const { ports, stores, version } = await bench(t, engine, 3000)
      const judged = async () => {
        const ids = ['f7', 'F7', 'f2999', 'f3000', ' f7', 'F8', 'other']
        const [whole, part] = [
          await loadFlavorPolicy(stores, version.id),
          await loadFlavorPolicyFor(ports, { versionId: version.id, projectId: 'p', instanceId: undefined }, () => ids),
        ]
        const { associated: all, ...rules } = whole
        const { associated: some, ...same } = part
        assert.deepEqual(same, rules)
        for (const id of ids) assert.equal(some.has(id), all.has(id), id)
        assert.equal(some.size > 0, all.size > 0)
      }
      await judged()
      await stores.metadata.insert([
        metadataOf(version.id, 'listed', { key: 'flavor_restriction' }),
        metadataOf(version.id, 'warn', { key: 'flavor_enforcement' }),
        metadataOf(version.id, 'nonsense', { key: 'flavor_requirement' }),
      ])
      await judged()
      const none = await loadFlavorPolicyFor(
        ports,
        { versionId: version.id, projectId: 'p', instanceId: undefined },
        () => [],
      )
      assert.ok(none.associated.size > 0)
    })
  })
