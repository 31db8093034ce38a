import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { DatabaseInstance } from './database-instance.ts'
import { ordinaryUser } from './root-disk.ts'
import { type Client, groupOfUnit, mainPid, removeUnit, startUnit, until } from './systemd-unit.ts'

/** Flavors of the starter catalogue. */
const micro = { id: '12', bytes: 256 * 1024 ** 2, cpu: '100000 100000' }
const medium = { id: '14', bytes: 1024 * 1024 ** 2, cpu: '200000 100000' }

/** Takes two to four times the length of its result: too much for the smaller flavor, and not for the larger one. */
const largeQuery = `select length(repeat('a', 90000000) || repeat('b', 90000000))`

const commandOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
const groupOf = (pid: number) => join('/sys/fs/cgroup', readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().slice(3))

/** Which part of the time its processes were running, with more of them than it has CPUs. */
async function shareOfTime(instance: DatabaseInstance): Promise<number> {
  const loops = Array.from({ length: 3 }, () =>
    instance
      .ask(`set statement_timeout = '40s'; select count(*) from generate_series(1, 1e12::bigint)`)
      .catch(() => {}),
  )
  await until('three busy loops', async () => instance.pids.length > 0 && instance.count('cpu.stat', 'usage_usec') > 0)
  await setTimeout(8_000)
  const [startMs, startUs] = [performance.now(), instance.count('cpu.stat', 'usage_usec')]
  await setTimeout(15_000)
  const usedMs = (instance.count('cpu.stat', 'usage_usec') - startUs) / 1000
  const share = usedMs / (performance.now() - startMs)
  await Promise.all(loops)
  return share
}

for (const user of [ordinaryUser.name, 'root']) {
  describe(`as the unit that we ship, run by ${user}`, () => {
    let client: Client
    let one: DatabaseInstance
    let other: DatabaseInstance
    before(async () => {
      client = await startUnit(`User=${user}\n`)
      console.log(`${user}: the service answers after ${Math.round(performance.now() / 1000)} s`)
      // One after the other: two at once would each take longer than the service waits for one.
      one = await DatabaseInstance.create(client, 'one', micro.id)
      await one.active()
      other = await DatabaseInstance.create(client, 'other', micro.id)
      await other.active()
      console.log(`${user}: its instances answer after ${Math.round(performance.now() / 1000)} s`)
    })
    after(removeUnit)

    test('the servers of an instance are in a group of their own, below the one of the unit, with the limits of its flavor', async () => {
      assert.equal(dirname(one.group!), await groupOfUnit())
      assert.ok(one.pids.length > 1 && one.pids.map(commandOf).includes('postgres'), one.pids.map(commandOf).join())
      for (const pid of one.pids) assert.equal(groupOf(pid), one.group)
      assert.equal(one.limit('memory.max'), String(micro.bytes))
      assert.equal(one.limit('cpu.max'), micro.cpu)
      assert.match(one.limit('pids.max'), /^\d+$/)
    })

    test('the service is in none of them', async () => {
      const group = groupOf(await mainPid())
      assert.equal(dirname(group), await groupOfUnit())
      assert.ok(!basename(group).startsWith('trove-ts-'), group)
    })

    test('the API says which walls stand', async () => {
      const { user: whose, ...walls } = (await one.show())!.isolation!
      assert.equal(whose, user === 'root' ? 'own' : 'service')
      assert.deepEqual(walls, { view: true, network: true, memory: true, cpu: true, processes: true })
      const servers = [...one.pids, ...other.pids].filter(pid => commandOf(pid) === 'postgres')
      const uids = new Set(servers.map(pid => statSync(`/proc/${pid}`).uid))
      assert.ok(user === 'root' ? uids.size === 2 && !uids.has(0) : uids.has(ordinaryUser.id), [...uids].join())
    })

    test('an instance that keeps busy gets its CPU and no more', async () => {
      const share = await shareOfTime(one)
      console.log(`${user}: ${share.toFixed(2)} of one CPU`)
      assert.ok(share > 0.5 && share < 1.2, `${share} of a CPU`)
      assert.ok(one.count('cpu.stat', 'nr_throttled') > 0)
    })

    test('a query that wants more memory ends inside its instance; the others and the service go on', async () => {
      const [pid, otherPids] = [await mainPid(), other.pids.length]
      await assert.rejects(one.ask(largeQuery))
      assert.ok(one.count('memory.events', 'oom_kill') > 0)
      assert.equal(await other.ask('select 1'), 1)
      assert.equal(other.count('memory.events', 'oom_kill'), 0)
      assert.equal(other.pids.length, otherPids)
      assert.equal(await mainPid(), pid)
      assert.equal(await until('its answer', () => one.ask('select 1').catch(() => undefined)), 1)
    })

    test('a resize changes the limits', async () => {
      await one.resize(medium.id)
      assert.equal(one.limit('memory.max'), String(medium.bytes))
      assert.equal(one.limit('cpu.max'), medium.cpu)
      assert.equal(await one.ask(largeQuery), 180_000_000)
      const share = await shareOfTime(one)
      console.log(`${user}: ${share.toFixed(2)} of two CPUs`)
      assert.ok(share > 1.2, `${share} of a CPU`)
    })

    test('a deleted instance leaves no group behind', async () => {
      const groups = async () => readdirSync(await groupOfUnit()).filter(name => name.startsWith('trove-ts-'))
      assert.deepEqual(await groups(), [one, other].map(({ id }) => `trove-ts-${id}`).sort())
      await one.delete()
      assert.equal(one.group, undefined)
      assert.deepEqual(await groups(), [`trove-ts-${other.id}`])
    })
  })
}
