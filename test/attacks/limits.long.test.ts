import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { allProcesses } from '../../src/compute/local/host/processes.ts'
import { parentGroups } from '../../src/compute/local/isolation/control-group-tree.ts'
import { type AttackedInstance, attackedInstance } from './attacked-instance.ts'
import { perl } from './attacks.ts'
import { type Host, isRoot, openHost } from './host.ts'
import { until } from './until.ts'
import { walls } from './walls.ts'

const asRoot = isRoot
  ? walls({ title: '', user: 'root' })
  : { skip: 'NOT RUN: limits of instances can only be relied on as root' }

/** Allocates this much memory at once, and prints a word if it succeeds. */
const allocate = (mb: number) => `${perl(`my $words = "x"; $words x= ${mb} << 20; print "ALLOCATED\\n"`)} || true`

describe('the limits of an instance, measured from outside', asRoot, () => {
  let [host, instance, other] = [] as unknown as [Host, AttackedInstance, AttackedInstance]
  const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8')
  const initialMounts = mounts()
  before(async () => {
    host = await openHost({ title: '', user: 'root' })
    instance = await attackedInstance(host, 'redis', { vcpus: 1, ramMb: 128 })
    other = await attackedInstance(host, 'redis')
  })
  after(() => host?.close())

  async function resize(vcpus: number, ramMb: number) {
    await host.compute.reserve(instance.id, { vcpus, ramMb })
    await host.compute.stop(instance.id)
    await host.compute.start(instance.id)
  }

  test('memory: a process above the limit is killed, all others continue, and a resize changes the limit', async () => {
    const pid = await other.pid()
    assert.doesNotMatch(await instance.run(allocate(400)), /ALLOCATED/)
    assert.match(await instance.run('echo works'), /works/)
    await resize(1, 700)
    assert.match(await instance.run(allocate(400)), /ALLOCATED/)
    assert.doesNotMatch(await instance.run(allocate(1000)), /ALLOCATED/)
    await resize(1, 128)
    assert.doesNotMatch(await instance.run(allocate(400)), /ALLOCATED/)
    assert.equal(await other.pid(), pid)
    assert.match(await other.run('echo works'), /works/)
  })

  test('memory: files in memory count, and are limited', async () => {
    for (const folder of ['/dev/shm', '/tmp'])
      await instance.run(`head -c 1000000000 /dev/zero > ${folder}/large || true`).catch(() => {})
    const sizes = await instance.run('du -sk /dev/shm /tmp | cut -f 1').catch(() => '0 0')
    assert.ok(sizes.split(/\s+/).reduce((sum, kb) => sum + Number(kb), 0) <= 128 * 1024)
    assert.match(await other.run('echo works'), /works/)
    await resize(1, 128)
  })

  test('memory: a query of PostgreSQL above the limit is ended, and the service and other instances continue', async () => {
    const database = await attackedInstance(host, 'postgresql', { vcpus: 1, ramMb: 128 })
    const pid = await other.pid()
    // This query needs more than the 128 MiB of the flavor.
    await assert.rejects(
      database.query!(`select length(string_agg(repeat('x', 1000000), '')) from generate_series(1, 500)`),
    )
    await until('PostgreSQL is back', () =>
      database.run('echo works').then(
        text => text === 'works\n',
        () => false,
      ),
    )
    assert.equal(await other.pid(), pid)
    assert.ok((await host.compute.diskUse(other.id)) !== undefined)
    await host.compute.remove(database.id)
  })

  test('cpu: busy loops get no more than the vCPUs of the flavor, and a resize changes the limit', async () => {
    assert.ok((await usedCpus(1)) < 1.25)
    await resize(2, 128)
    const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map(file => limitOf(instance.id, 'cpu', file))
    if (quota !== undefined) assert.equal(Number(quota) / Number(period), 2)
    else assert.equal(limitOf(instance.id, 'cpu', 'cpu.max'), '200000 100000')
    assert.ok((await usedCpus(2)) < 2.3)
    await resize(1, 128)
  })

  /** The number of CPUs that three busy loops use, as the machine counts them for all processes of the instance. */
  async function usedCpus(share: number): Promise<number> {
    const uid = Number(await instance.run('id -u'))
    const working = instance.run(`for n in 1 2 3; do ${perl('$t = time; 1 while time < $t + 6')} & done; wait`)
    await until('the loops are busy', () => ticksOf(uid) > 20)
    const [ticks, began] = [ticksOf(uid), performance.now()]
    await until('3.5 seconds are over', () => performance.now() - began > 3500)
    const cpus = (ticksOf(uid) - ticks) / 100 / ((performance.now() - began) / 1000)
    assert.ok(cpus > share / 10, `${cpus}`)
    await working
    return cpus
  }

  test('processes: a fork bomb stays below the limit, and the instance can be removed meanwhile', async () => {
    const bombed = await attackedInstance(host, 'redis', { vcpus: 1, ramMb: 512 })
    const uid = Number(await bombed.run('id -u'))
    await bombed.run(`setsid ${perl('while (1) { fork }')} > /dev/null 2>&1 &`)
    const count = () => allProcesses().filter(process => process.uid === uid).length
    await until('the limit is nearly reached', () => count() > 250)
    assert.ok(count() <= Number(limitOf(bombed.id, 'pids', 'pids.max')))
    assert.match(await other.run('echo works'), /works/)
    await host.compute.remove(bombed.id)
    assert.equal(count(), 0)
    assert.deepEqual(await groupsOf(bombed.id), [])
  })

  test('groups are only made below those of the service, are removed with the instance, and nothing is mounted', async () => {
    assert.ok((await groupsOf(instance.id)).length > 0)
    const allGroups = readdirSync('/sys/fs/cgroup', { recursive: true }).map(String)
    const parents = (await parentGroups()).map(({ folder }) => folder)
    const ownGroups = allGroups
      .filter(path => path.endsWith(`trove-ts-${instance.id}`))
      .map(path => `/sys/fs/cgroup/${path}`)
    assert.ok(ownGroups.every(path => parents.some(parent => path === `${parent}/trove-ts-${instance.id}`)))
    await host.compute.remove(instance.id)
    assert.deepEqual(await groupsOf(instance.id), [])
    assert.equal(mounts(), initialMounts)
  })
})

const groupsOf = async (id: string) =>
  (await parentGroups()).map(({ folder }) => `${folder}/trove-ts-${id}`).filter(existsSync)

/** The value of a limit, in either version of control groups. */
function limitOf(id: string, controller: string, file: string): string | undefined {
  const folders = readdirSync('/sys/fs/cgroup', { recursive: true }).map(path => `/sys/fs/cgroup/${path}`)
  const limitFile = folders.find(path => path.endsWith(`trove-ts-${id}/${file}`))
  assert.ok(limitFile !== undefined || controller === 'cpu')
  return limitFile && readFileSync(limitFile, 'utf8').trim()
}

/**
 * The CPU time of all processes of a user in hundredths of a second; that of ended processes is counted by their
 * parents.
 */
function ticksOf(uid: number): number {
  const fields = allProcesses()
    .filter(process => process.uid === uid)
    .map(({ pid }) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
      } catch {
        return []
      }
    })
  return fields.reduce((sum, words) => sum + Number(words[11] ?? 0) + Number(words[12] ?? 0), 0)
}
