import assert from 'node:assert/strict'
import { chmodSync, chownSync, copyFileSync, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { onlyWithEverything, runsEverything } from '../extent.ts'
import { type AttackedEngine, type AttackedInstance, attackedEngines, attackedInstance } from './attacked-instance.ts'
import { type Attack, attacks, type Surroundings } from './attacks.ts'
import { type Bystanders, openBystanders } from './bystanders.ts'
import { type Host, type HostKind, impossible, openHost, secret, secretFiles, users } from './host.ts'
import { walls } from './walls.ts'

const everything = Object.values(attacks).flat()

/** A service with two instances: the attacker's, and the victim's. */
function scene(kind: HostKind, engine: AttackedEngine) {
  let [host, bystanders, attacker, victim] = [] as unknown as [Host, Bystanders, AttackedInstance, AttackedInstance]
  const surroundings = async (): Promise<Surroundings> => ({
    ...{ service: host.folder, own: attacker.folders, servicePid: host.pid() },
    victim: { id: victim.id, folders: victim.folders, pid: await victim.pid(), port: victim.port },
    ...{ apiPort: bystanders.apiPort, name: bystanders.name, sharedMemoryKey: bystanders.sharedMemoryKey },
  })
  before(async () => {
    host = await openHost(kind)
    bystanders = await openBystanders(host.folder)
    attacker = await attackedInstance(host, engine)
    victim = await attackedInstance(host, 'redis')
    await victim.run(`echo treasure > ${victim.folders.data}/treasure; chmod 600 ${victim.folders.data}/treasure`)
    plantSetuidProgram(attacker, host)
  })
  after(async () => {
    bystanders?.close()
    await host?.close()
  })
  return {
    host: () => host,
    attacker: () => attacker,
    victim: () => victim,
    reached: () => bystanders.reached(),
    attempt: async (attack: Attack) => attacker.run(`${attack.script(await surroundings())}\necho DONE`),
  }
}

/** Plants a setuid program, as if the tenant had brought it along. Only root can make one that works. */
function plantSetuidProgram({ folders }: AttackedInstance, { kind }: Host) {
  const program = join(folders.data, 'lent')
  copyFileSync('/usr/bin/id', program)
  if (process.getuid!() === 0) chownSync(program, 0, 0)
  chmodSync(program, kind.user === 'root' || process.getuid!() === 0 ? 0o4755 : 0o755)
}

function attackTests(kind: HostKind, engine: AttackedEngine, selection: readonly Attack[]) {
  const on = scene(kind, engine)
  for (const attack of selection)
    test(`an instance ${attack.guarantee}`, async () => {
      const before = [await on.victim().pid(), on.reached()]
      const output = await on.attempt(attack)
      assert.match(output, /^DONE$/m)
      assert.doesNotMatch(output, /WON/, output)
      assert.deepEqual([await on.victim().pid(), on.reached()], before)
      for (const name of secretFiles) assert.equal(readFileSync(join(on.host().folder, name), 'utf8'), `${secret}\n`)
      assert.equal(readFileSync(join(on.victim().folders.data, 'treasure'), 'utf8'), 'treasure\n')
    })
  return on
}

/** The short form tests one engine, as the user who runs the tests. */
const testedEngines = runsEverything ? attackedEngines : attackedEngines.slice(0, 1)
const testedUsers = runsEverything ? users : users.slice(0, 1)

for (const user of testedUsers)
  for (const engine of testedEngines)
    describe(`if ${engine} itself is overcome, as ${user}`, walls({ title: '', user }), () => {
      const on = attackTests({ title: '', user }, engine, everything)

      test('no process of an instance has rights of root, or can get them', async () => {
        const inside = await processesBeside(await on.attacker().pid())
        assert.ok(inside.length > 0)
        for (const pid of inside) {
          const status = readFileSync(`/proc/${pid}/status`, 'utf8')
          for (const line of [/^NoNewPrivs:\t1$/m, /^Seccomp:\t2$/m, /^Cap(?:Inh|Amb):\t0+$/m, /^CapEff:\t0+$/m])
            assert.match(status, line)
          assert.match(status, /^CapPrm:\t0+$/m)
          assert.match(status, /^CapBnd:\t0+$/m)
          assert.doesNotMatch(status, /^(?:Uid|Gid):.*\t0\b/m)
          assert.match(status, user === 'root' ? /^Groups:\t(?:2\d{9})? ?$/m : /^Groups:/m)
        }
      })

      test('a server inherits only its lock and the connection to its log', async () => {
        const folder = `/proc/${await on.attacker().pid()}/fd`
        const own = on.attacker().folders
        const open = readdirSync(folder).map(number => readlinkSync(join(folder, number)))
        const foreign = open.filter(
          path =>
            path.startsWith('/') && !path.startsWith('/dev/') && path !== own.lock && !path.startsWith(`${own.data}/`),
        )
        assert.deepEqual(foreign, [])
        const pipes = (pid: number | string) =>
          readdirSync(`/proc/${pid}/fd`).map(number => {
            try {
              return readlinkSync(`/proc/${pid}/fd/${number}`)
            } catch {
              return ''
            }
          })
        const ours = [...pipes(process.pid), ...pipes(on.host().pid())].filter(path => /^(?:pipe|socket):/.test(path))
        assert.deepEqual(
          open.filter(path => ours.includes(path)),
          [],
        )
      })

      test('a signal to all processes only ends the instance', async () => {
        const [servicePid, victimPid] = [on.host().pid(), await on.victim().pid()]
        await on
          .attacker()
          .run('kill -9 -1')
          .catch(() => {})
        assert.equal(await on.victim().pid(), victimPid)
        assert.ok(existsSync(`/proc/${servicePid}`))
        await on.host().compute.stop(on.attacker().id)
        await on.host().compute.start(on.attacker().id)
      })
    })

/** The processes in the same pid namespace. */
async function processesBeside(pid: number): Promise<number[]> {
  const space = readlinkSync(`/proc/${pid}/ns/pid`)
  assert.notEqual(space, readlinkSync('/proc/self/ns/pid'))
  return readdirSync('/proc')
    .filter(name => {
      try {
        return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/ns/pid`) === space
      } catch {
        return false
      }
    })
    .map(Number)
}

if (runsEverything) singleMeansOfIsolation()
else test('single means of isolation, other engines and other users', t => t.diagnostic(onlyWithEverything))

function singleMeansOfIsolation() {
  const onlyOwnUser: HostKind = { title: '', user: 'root', without: ['bwrap'] }
  describe('with only its own user, and no sandbox', walls(onlyOwnUser), () => {
    const byUser = /^cannot (?:read |write or remove|change its own|add programs|mount|become|trace|open raw|signal)/
    attackTests(
      onlyOwnUser,
      'redis',
      everything.filter(({ guarantee }) => byUser.test(guarantee)),
    )
  })

  const onlySandbox: HostKind = { title: '', user: 'root', hasOneUser: true }
  describe('with only the sandbox, and no user of its own', walls(onlySandbox), () => {
    attackTests(onlySandbox, 'redis', everything)
  })

  /** Shows that the attacks above do work, so that their failure proves something. */
  const noIsolation: HostKind = { title: '', user: 'ordinary', without: ['bwrap'] }
  describe('without any isolation', { skip: impossible(noIsolation) ?? false }, () => {
    const on = scene(noIsolation, 'redis')
    for (const attack of everything.filter(({ isHopeless }) => !isHopeless))
      test(`the attack succeeds that tests whether an instance ${attack.guarantee}`, async () => {
        const harmless = { ...attack, script: (around: Surroundings) => withoutHarm(attack.script(around)) }
        assert.match(await on.attempt(harmless), /WON/)
      })
  })
}

/** Replaces removals with checks of the right to remove, because the next attack needs the files. */
const withoutHarm = (script: string) =>
  script.replaceAll(/\brm '/g, "test -w '").replaceAll(/\bmv '[^']*' /g, 'test -w ')
