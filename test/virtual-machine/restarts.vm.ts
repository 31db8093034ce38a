import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { root } from './checkout.ts'
import { DatabaseInstance } from './database-instance.ts'
import { ordinaryUser } from './root-disk.ts'
import {
  type Client,
  journal,
  killMainProcess,
  mainPid,
  removeUnit,
  restartsOfUnit,
  startUnit,
  until,
} from './systemd-unit.ts'

/** What makes servers outlive a service, as in trove-ts-taskmanager.service. */
const ofTaskmanager = readFileSync(join(root, 'packaging/systemd/trove-ts-taskmanager.service'), 'utf8')
  .split('\n')
  .filter(line => /^(?:KillMode|ExecStopPost)=/.test(line))
  .join('\n')

for (const user of [ordinaryUser.name, 'root'])
  describe(`servers that outlive a service, run by ${user}`, () => {
    let client: Client
    let instance: DatabaseInstance
    before(async () => {
      client = await startUnit(`User=${user}\n${ofTaskmanager}\n`)
      instance = await DatabaseInstance.create(client, 'outliving', '12')
      await instance.active()
    })
    after(removeUnit)

    test('systemd can start it again after a crash, and its instance has its limits still', async () => {
      if (!instance.group) assert.fail(`The instance has no control group:\n${await journal()}`)
      const [servers, group] = [instance.pids, instance.group]
      const pid = await mainPid()
      await killMainProcess()
      const next = await until('another start', async () => {
        if ((await restartsOfUnit()) >= 3) assert.fail(`systemd starts it again and again:\n${await journal()}`)
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
