import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { allProcesses, processOf } from '../../src/compute/local/host/processes.ts'
import { type AttackedInstance, attackedInstance } from './attacked-instance.ts'
import { perl } from './attacks.ts'
import { type Host, type HostKind, openHost, users } from './host.ts'
import { until } from './until.ts'
import { walls } from './walls.ts'

/** Starts programs that try to survive, under a name that distinguishes them from all others. */
const daemons = (name: string) =>
  [
    `setsid ${perl(`$0 = "${name}-1"; sleep 900`)} > /dev/null 2>&1 < /dev/null &`,
    `nohup ${perl(`$0 = "${name}-2"; $SIG{$_} = "IGNORE" for qw(TERM INT HUP QUIT); sleep 900 while 1`)} > /dev/null 2>&1 &`,
    perl(`use POSIX qw(setsid); if (!fork) { setsid; if (!fork) { open STDOUT, ">/dev/null"; open STDERR, ">/dev/null";
      $0 = "${name}-3"; sleep 900 } exit } exit`),
  ].join('\n')

const running = (name: string) => allProcesses().filter(({ command }) => command().startsWith(`${name}-`))

const kinds: readonly HostKind[] = [
  ...users.map(user => ({ title: `as ${user}`, user })),
  { title: 'with only its own user', user: 'root', without: ['bwrap'] },
  { title: 'with only the sandbox', user: 'root', hasOneUser: true },
]

for (const kind of kinds)
  describe(`all processes of an instance end with it, ${kind.title}`, walls(kind), () => {
    let host: Host
    let count = 0
    before(async () => {
      host = await openHost(kind)
    })
    after(() => host?.close())
    const withDaemons = async () => {
      const instance = await attackedInstance(host, 'redis')
      const name = `daemon-${process.pid}-${count++}`
      await instance.run(daemons(name))
      await until('three daemons run', () => running(name).length === 3)
      return { instance, name }
    }

    test('when it is stopped', async () => {
      const { instance, name } = await withDaemons()
      await host.compute.stop(instance.id)
      assert.deepEqual(running(name), [])
    })

    test('when it is removed', async () => {
      const { instance, name } = await withDaemons()
      await host.compute.remove(instance.id)
      assert.deepEqual(running(name), [])
    })

    test('when its server is killed, at the next start at the latest', async () => {
      const { instance, name } = await withDaemons()
      await instance.killServer()
      if (kind.without === undefined) await until('the daemons have ended', () => running(name).length === 0)
      await host.compute.start(instance.id)
      assert.deepEqual(running(name), [])
    })

    test('during a fork bomb', async () => {
      const { instance, name } = await withDaemons()
      await instance.run(
        `${perl(`$0 = "${name}-bomb"; for (1 .. 200) { fork or last }
          while (1) { my $p = fork; exit if defined $p && !$p; waitpid $p, 0 if $p }`)} > /dev/null 2>&1 &`,
      )
      await until('the fork bomb runs', () => running(name).length > 20)
      await host.compute.remove(instance.id)
      assert.deepEqual(running(name), [])
      assert.equal(existsSync(instance.folders.home), false)
    })

    test('a server outlives the service, and the next service continues with it', async () => {
      const instance = await attackedInstance(host, 'redis')
      const pid = await instance.pid()
      await host.replace()
      assert.equal(await instance.pid(), pid)
      await host.compute.start(instance.id)
      assert.equal(await instance.pid(), pid)
      await host.compute.stop(instance.id)
      assert.equal(processOf(pid), undefined)
    })

    test('after a service is killed at any moment of a start, the next start leaves exactly one server', async () => {
      const instance = await attackedInstance(host, 'redis')
      for (let afterMs = 0; afterMs <= 300; afterMs += 40) {
        await host.compute.stop(instance.id)
        const start = host.compute.start(instance.id).catch(() => {})
        await setTimeout(afterMs)
        await host.replace()
        await start
        await host.compute.start(instance.id)
        const servers = serversOf(instance)
        assert.equal(servers.length, 1, `after ${afterMs} ms: ${JSON.stringify(servers)}`)
        assert.equal(servers[0]!.pid, await instance.pid())
      }
      await host.compute.stop(instance.id)
      assert.deepEqual(serversOf(instance), [])
    })

    test('concurrent starts never run two servers on one data folder', async () => {
      const instance = await attackedInstance(host, 'redis')
      for (let round = 0; round < 3; round++) {
        await host.compute.stop(instance.id)
        await Promise.allSettled(Array.from({ length: 4 }, () => host.compute.start(instance.id)))
        assert.ok(serversOf(instance).length <= 1)
        await host.compute.start(instance.id)
        assert.equal(serversOf(instance).length, 1)
      }
      // The lock also holds against other programs.
      const words = ['--nonblock', instance.folders.lock, 'true']
      const rival = spawn('/usr/bin/flock', words, { stdio: 'ignore' })
      assert.equal(await new Promise(resolve => rival.once('exit', resolve)), 1)
    })
  })

/** The processes that serve its data, without the programs that wrap them. */
const serversOf = ({ folders }: AttackedInstance) =>
  allProcesses().filter(
    ({ pid, command }) =>
      /^\S*perl \S*\/redis-server /.test(command()) && command().includes(` --dir ${folders.data} `) && isServing(pid),
  )

/** False for the forks of the server, each of which serves a client. */
const isServing = (pid: number) => {
  try {
    const parent = Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    return !/^\S*perl \S*\/redis-server /.test(processOf(parent)?.command() ?? '')
  } catch {
    return false
  }
}
