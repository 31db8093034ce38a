import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { openSecretKey } from '../../src/main/secret-key-file.ts'
import { openSecrets } from '../../src/main/secrets.ts'
import type { Instance } from '../../src/model/instance.ts'
import { changeSecretKey } from '../../src/operations/change-secret-key.ts'
import type { Secrets } from '../../src/ports/secrets.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { openClaims } from '../../src/taskmanager/claims.ts'
import { several } from '../extent.ts'
import { engines } from '../servers/engines.ts'
import { newId } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addInstance, newInstance, startMs } from './instance-rows.ts'
import { addVersion } from './rows.ts'

function aKeyFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-key-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'secret.key')
}

const keyCount = (file: string) => readFileSync(file, 'utf8').trim().split('\n').length

const sealedIntent = (secrets: Secrets, { intent }: Instance) => ({
  ...intent!,
  adminPassword: secrets.seal('admin'),
  preparation: secrets.seal('preparation'),
  nextAdminPassword: secrets.seal('next'),
})

/** As a create does it. */
async function createIn(stores: Stores, secrets: Secrets, versionId: string, meanwhile?: () => Promise<void>) {
  await stores.transaction(async stores => {
    await stores.instances.lockSealing()
    const instance = newInstance(versionId)
    const intent = sealedIntent(secrets, instance)
    await meanwhile?.()
    await stores.instances.insert({ ...instance, intent })
  })
}

/** A process that starts now, with nothing but the file, opens everything. */
async function assertAllOpen(stores: Stores, file: string, count: number) {
  assert.equal(keyCount(file), 1)
  const fresh = openSecrets(file)
  const all = await stores.instances.page({}, undefined, 10_000)
  assert.equal(all.length, count)
  for (const { intent } of all)
    assert.deepEqual([intent!.adminPassword, intent!.preparation!, intent!.nextAdminPassword!].map(fresh.unseal), [
      'admin',
      'preparation',
      'next',
    ])
}

for (const engine of engines)
  describe(`a change of the secret key, on ${engine.name}`, { concurrency: false }, () => {
    test('everything is sealed anew, and nothing else is touched', async t => {
      const { stores } = await freshDatabase(t, engine)
      const file = aKeyFile(t)
      const secrets = openSecrets(file)
      const instance = await addInstance(stores)
      await stores.instances.saveIntent(instance.id, sealedIntent(secrets, instance))
      const before = (await stores.instances.byId(instance.id))!
      assert.deepEqual(await changeSecretKey({ stores, secrets }, openSecretKey(file)), {
        isResumed: false,
        instances: 1,
        unreadable: [],
      })
      await assertAllOpen(stores, file, 1)
      const after = (await stores.instances.byId(instance.id))!
      const { adminPassword, preparation, nextAdminPassword } = before.intent!
      assert.deepEqual(
        { ...after, intent: { ...after.intent, adminPassword, preparation, nextAdminPassword } },
        { ...before },
      )
    })

    test('what was sealed with the old key and is saved after the change began is waited for', async t => {
      const { stores, openAgain } = await freshDatabase(t, engine)
      const file = aKeyFile(t)
      const versionId = (await addVersion(stores)).id
      const other = await openAgain()
      let change: Promise<unknown> | undefined
      await createIn(other.stores, openSecrets(file), versionId, async () => {
        change ??= changeSecretKey({ stores, secrets: openSecrets(file) }, openSecretKey(file))
        change.catch(() => {})
        // The old key has sealed; from here on the change can begin, and must not end before this is saved.
        for (const deadline = Date.now() + 10_000; keyCount(file) < 2; ) {
          assert.ok(Date.now() < deadline, 'the change did not begin')
          await setImmediate()
        }
      })
      await change
      await assertAllOpen(stores, file, 1)
    })

    const changes = several(5, 2)
    test(`while four processes create, ${changes} changes one after the other lose nothing`, async t => {
      const { stores, openAgain } = await freshDatabase(t, engine)
      const file = aKeyFile(t)
      const versionId = (await addVersion(stores)).id
      let isOver = false
      const creators = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const { stores } = await openAgain()
          const secrets = openSecrets(file)
          return { stores, secrets }
        }),
      )
      await createIn(stores, openSecrets(file), versionId)
      let created = 1
      const working = creators.map(async ({ stores, secrets }) => {
        while (!isOver) {
          await createIn(stores, secrets, versionId)
          created++
          // SQLite answers without waiting: nothing else would have its turn.
          await setImmediate()
        }
      })
      for (let count = 0; count < changes; count++)
        await changeSecretKey({ stores, secrets: openSecrets(file) }, openSecretKey(file))
      isOver = true
      await Promise.all(working)
      assert.ok(created > changes, `only ${created} were created meanwhile`)
      await assertAllOpen(stores, file, created)
    })

    test('a password that a worker was changing meanwhile is saved as it was sealed anew', async t => {
      const { stores } = await freshDatabase(t, engine)
      const file = aKeyFile(t)
      const secrets = openSecrets(file)
      const instance = await addInstance(stores)
      await stores.instances.saveIntent(instance.id, sealedIntent(secrets, instance))
      const clock = { now: () => new Date(startMs), monotonicMs: () => startMs, newId }
      const claims = openClaims({ stores, clock }, { id: 'worker', claimMs: 30_000, healthMs: 10_000 })
      const claimed = (await claims.claim(instance.id))!
      await changeSecretKey({ stores, secrets }, openSecretKey(file))
      await claims.save(claimed, { state: {}, intent: {}, isPasswordChanged: true }, { release: true })
      const { intent } = (await stores.instances.byId(instance.id))!
      assert.equal(openSecrets(file).unseal(intent!.adminPassword), 'next')
      assert.equal(intent!.nextAdminPassword, null)
    })

    test('what another key sealed is named and left as it is', async t => {
      const { stores } = await freshDatabase(t, engine)
      const file = aKeyFile(t)
      const secrets = openSecrets(file)
      const [good, bad] = [await addInstance(stores), await addInstance(stores)]
      await stores.instances.saveIntent(good.id, sealedIntent(secrets, good))
      const { unreadable } = await changeSecretKey({ stores, secrets }, openSecretKey(file))
      assert.deepEqual(unreadable, [bad.id])
      assert.deepEqual(await stores.instances.byId(bad.id), bad)
      assert.equal(keyCount(file), 1)
    })
  })
