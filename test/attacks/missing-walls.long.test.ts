import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { attackedInstance } from './attacked-instance.ts'
import { type Host, type HostKind, impossible, openHost, users } from './host.ts'
import { walls } from './walls.ts'

type Expected = Readonly<{ says: readonly RegExp[]; isolation: Readonly<Record<string, unknown>> }>

const noView = /bubblewrap is not installed \(Debian: apt-get install bubblewrap\)/
const oneUser = /share one user.*Set instance_uids/
const noLimits = /does not limit the memory, CPU, number of processes.*Delegate=yes/

const hosts: readonly (readonly [what: string, kind: HostKind, expected: Expected])[] = [
  [
    'nothing',
    { title: '', user: 'root' },
    { says: [], isolation: { user: 'own', view: true, network: true, memory: true, cpu: true, processes: true } },
  ],
  [
    'bubblewrap',
    { title: '', user: 'root', without: ['bwrap'] },
    { says: [noView], isolation: { user: 'own', view: false, network: false, memory: true } },
  ],
  [
    'users to give away',
    { title: '', user: 'root', hasOneUser: true },
    { says: [oneUser], isolation: { user: 'shared', view: true, network: true, memory: true } },
  ],
  [
    'flock',
    { title: '', user: 'root', without: ['flock'] },
    { says: [/flock/], isolation: { user: 'own', view: true } },
  ],
  [
    'prlimit',
    { title: '', user: 'root', without: ['prlimit'] },
    { says: [/prlimit/], isolation: { user: 'own', view: true } },
  ],
  [
    'everything, where an ordinary user has no groups',
    { title: '', user: 'ordinary', without: ['bwrap'] },
    {
      says: [noView, noLimits],
      isolation: { user: 'service', view: false, network: false, memory: false, cpu: false, processes: false },
    },
  ],
]

for (const [what, kind, { says, isolation }] of hosts)
  describe(`a machine that lacks ${what}`, walls(kind), () => {
    let host: Host
    before(async () => {
      host = await openHost(kind)
    })
    after(() => host?.close())

    test('says so in a line each, with what it means and what to do', async () => {
      const missing = await host.compute.missingIsolation()
      assert.equal(missing.length, says.length, missing.join('\n'))
      for (const [index, words] of says.entries()) assert.match(missing[index]!, words)
      assert.ok(missing.every(sentence => !sentence.includes('\n')))
    })

    test('runs instances, of each of which it tells the truth', async () => {
      const instance = await attackedInstance(host, 'redis')
      const told = await host.compute.isolation(instance.id)
      assert.deepEqual({ ...told, ...isolation }, told)
      assert.match(await instance.run('echo works'), /works/)
    })
  })

const delegated = { title: '', user: 'ordinary' } as const
describe(
  'an ordinary user with bubblewrap',
  users.includes('ordinary') ? walls(delegated) : { skip: impossible(delegated) ?? false },
  () => {
    test('keeps instances apart by their view, and says what it cannot limit', async () => {
      const host = await openHost(delegated)
      try {
        const instance = await attackedInstance(host, 'redis')
        const { view, network, memory, cpu, processes } = (await host.compute.isolation(instance.id))!
        assert.deepEqual([view, network], [true, true])
        const missing = await host.compute.missingIsolation()
        assert.equal(
          missing.some(sentence => noLimits.test(sentence)),
          ![memory, cpu, processes].some(Boolean),
        )
      } finally {
        await host.close()
      }
    })
  },
)

const withoutSetpriv: HostKind = { title: '', user: 'root', without: ['setpriv'] }
describe('a machine on which root cannot become somebody else', walls(withoutSetpriv), () => {
  test('says so, and starts no instance rather than one as root', async () => {
    const host = await openHost(withoutSetpriv)
    try {
      const [first, second] = await host.compute.missingIsolation()
      assert.match(first!, /cannot be started.*setpriv is not installed \(Debian: apt-get install util-linux\)/)
      assert.match(second!, /see the files.*setpriv/)
      await assert.rejects(attackedInstance(host, 'redis'), /no setpriv/)
    } finally {
      await host.close()
    }
  })
})
