import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { DatabaseInstance } from './database-instance.ts'
import { ordinaryUser } from './root-disk.ts'
import { type Client, killMainProcess, mainPid, removeUnit, restartsOfUnit, startUnit, until } from './systemd-unit.ts'

// As in trove-ts-taskmanager.service, whose servers outlive it: systemd then starts it in a group that is divided already.
for (const user of [ordinaryUser.name, 'root'])
  describe(`servers that outlive a service, run by ${user}`, () => {
    let client: Client
    let instance: DatabaseInstance
    before(async () => {
      client = await startUnit(`User=${user}\nKillMode=process\n`)
      instance = await DatabaseInstance.create(client, 'outliving', '12')
      await instance.active()
    })
    after(removeUnit)

    test('systemd can start it again after a crash, and its instance has its limits still', async () => {
      const [servers, group] = [instance.pids, instance.group]
      const pid = await mainPid()
      await killMainProcess()
      const next = await until('another start', async () => {
        assert.ok((await restartsOfUnit()) < 3, 'systemd starts it again and again')
        const now = await mainPid()
        return now !== 0 && now !== pid && instance.ask('select 1').catch(() => undefined)
      })
      assert.equal(next, 1)
      assert.equal(await instance.ask('select 1'), 1)
      assert.equal(instance.group, group)
      assert.ok(instance.pids.some(each => servers.includes(each)))
      assert.equal(instance.limit('memory.max'), String(256 * 1024 ** 2))
    })
  })
