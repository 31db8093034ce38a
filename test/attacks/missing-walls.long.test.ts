import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { attackedInstance } from './attacked-instance.ts'
import { type Host, type HostKind, impossible, openHost, users } from './host.ts'
import { walls } from './walls.ts'

type Expected = Readonly<{ sentences: readonly RegExp[]; isolation: Readonly<Record<string, unknown>> }>

const noView = /bubblewrap is not installed \(Debian: apt-get install bubblewrap\)/
const oneUser = /share one user.*Set instance_uids/
const noLimits = /does not limit the memory, CPU, number of processes.*Delegate=yes/

const hosts: readonly (readonly [missing: string, kind: HostKind, expected: Expected])[] = [
  [
    'nothing',
    { title: '', user: 'root' },
    { sentences: [], isolation: { user: 'own', view: true, network: true, memory: true, cpu: true, processes: true } },
  ],
  [
    'bubblewrap',
    { title: '', user: 'root', without: ['bwrap'] },
    { sentences: [noView], isolation: { user: 'own', view: false, network: false, memory: true } },
  ],
  [
    'users for instances',
    { title: '', user: 'root', hasOneUser: true },
    { sentences: [oneUser], isolation: { user: 'shared', view: true, network: true, memory: true } },
  ],
  [
    'flock',
    { title: '', user: 'root', without: ['flock'] },
    { sentences: [/flock/], isolation: { user: 'own', view: true } },
  ],
  [
    'prlimit',
    { title: '', user: 'root', without: ['prlimit'] },
    { sentences: [/prlimit/], isolation: { user: 'own', view: true } },
  ],
  [
    'everything, for an ordinary user without control groups',
    { title: '', user: 'ordinary', without: ['bwrap'] },
    {
      sentences: [noView, noLimits],
      isolation: { user: 'service', view: false, network: false, memory: false, cpu: false, processes: false },
    },
  ],
]

for (const [missing, kind, { sentences, isolation }] of hosts)
  describe(`a machine that lacks ${missing}`, walls(kind), () => {
    let host: Host
    before(async () => {
      host = await openHost(kind)
    })
    after(() => host?.close())

    test('is reported in one line each, with the consequence and the remedy', async () => {
      const missing = await host.compute.missingIsolation()
      assert.equal(missing.length, sentences.length, missing.join('\n'))
      for (const [index, words] of sentences.entries()) assert.match(missing[index]!, words)
      assert.ok(missing.every(sentence => !sentence.includes('\n')))
    })

    test('runs instances, and reports their isolation correctly', async () => {
      const instance = await attackedInstance(host, 'redis')
      const reported = await host.compute.isolation(instance.id)
      assert.deepEqual({ ...reported, ...isolation }, reported)
      assert.match(await instance.run('echo works'), /works/)
    })
  })

const delegated = { title: '', user: 'ordinary' } as const
describe(
  'an ordinary user with bubblewrap',
  users.includes('ordinary') ? walls(delegated) : { skip: impossible(delegated) ?? false },
  () => {
    test('isolates instances by restricting what they see, and reports what it cannot limit', async () => {
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
describe('a machine on which root cannot change to another user', walls(withoutSetpriv), () => {
  test('is reported, and no instance is started, because it would run as root', async () => {
    const host = await openHost(withoutSetpriv)
    try {
      const [first, second] = await host.compute.missingIsolation()
      assert.match(first!, /cannot be started.*setpriv is not installed \(Debian: apt-get install util-linux\)/)
      assert.match(second!, /see the files.*setpriv/)
      await assert.rejects(attackedInstance(host, 'redis'), /setpriv is not installed/)
    } finally {
      await host.close()
    }
  })
})
