import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Clock } from '../../ports/clock.ts'
import type { IdentityService, Login } from '../../ports/identity.ts'
import { endTurn } from '../../turn/turn.ts'
import { type Directory, newSigningKey } from './directory-file.ts'
import { openEmbeddedIdentity } from './identity.ts'
import { hashPassword } from './passwords.ts'

let folder: string
let passwordHash: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-identity-'))
  passwordHash = await hashPassword('secret')
})
after(() => rmSync(folder, { recursive: true }))

/** Differs only in the last bit, which is unused at the end of 32 bytes. */
const nextCharacter = (character: string) => String.fromCharCode(character.charCodeAt(0) + 1)

type Bench = {
  identity: IdentityService
  reopen(): IdentityService
  change(edit: (directory: Directory) => void): void
  clock: { now: Date }
}

function makeBench(): Bench {
  const identityFile = join(folder, `${Math.random()}.json`)
  const directory: Directory = {
    signing_key: newSigningKey(),
    users: [{ id: 'u1', name: 'ann', password: passwordHash }],
    projects: [
      { id: 'p1', name: 'one' },
      { id: 'p2', name: 'two' },
      { id: 'p3', name: 'three' },
    ],
    assignments: [
      { user: 'u1', project: 'p1', roles: ['member'] },
      { user: 'u1', project: 'p2', roles: ['admin', 'member'] },
    ],
  }
  writeFileSync(identityFile, JSON.stringify(directory))
  const clock = { now: new Date('2026-01-01T00:00:00Z') }
  const time: Clock = { now: () => clock.now, monotonicMs: () => clock.now.getTime(), newId: () => '' }
  const open = () => openEmbeddedIdentity({ identityFile, tokenLifeSeconds: 3600 }, time)
  return {
    identity: open(),
    reopen: open,
    clock,
    change(edit) {
      const read: Directory = JSON.parse(readFileSync(identityFile, 'utf8'))
      edit(read)
      writeFileSync(identityFile, JSON.stringify(read))
      // As for requests that arrive later.
      endTurn()
    },
  }
}

const ann = (project?: Login['project'], password = 'secret'): Login => ({
  by: { password, user: { name: 'ann' } },
  project,
})

describe('the embedded identity service', () => {
  test('the right password gives a token for the user, the project and the roles', async () => {
    const { identity } = makeBench()
    const issued = await identity.login(ann({ name: 'two' }))
    assert.deepEqual(await identity.validate(issued!.token), {
      userId: 'u1',
      projectId: 'p2',
      roles: ['admin', 'member'],
    })
  })

  test('without a project, the token is for the first project in which the user has a role, and only for that', async () => {
    const { identity } = makeBench()
    const issued = await identity.login(ann())
    assert.deepEqual(await identity.validate(issued!.token), {
      userId: 'u1',
      projectId: 'p1',
      roles: ['member'],
    })
  })

  const refused: [description: string, login: Login][] = [
    ['a wrong password', ann(undefined, 'wrong')],
    ['an unknown user', { by: { password: 'secret', user: { name: 'bob' } }, project: undefined }],
    ['a project without a role', ann({ name: 'three' })],
    ['an unknown project', ann({ id: 'p9' })],
    ['an invalid token', { by: { token: 'nonsense' }, project: undefined }],
  ]
  for (const [description, login] of refused) {
    test(`${description} gives no token`, async () => {
      assert.equal(await makeBench().identity.login(login), undefined)
    })
  }

  test('a token can be exchanged for one of another project', async () => {
    const { identity } = makeBench()
    const first = await identity.login(ann())
    const second = await identity.login({ by: { token: first!.token }, project: { id: 'p2' } })
    assert.equal((await identity.validate(second!.token))?.projectId, 'p2')
  })

  test('an exchanged token expires together with the first one', async () => {
    const bench = makeBench()
    const first = (await bench.identity.login(ann()))!
    bench.clock.now = new Date('2026-01-01T00:30:00Z')
    const second = (await bench.identity.login({ by: { token: first.token }, project: { id: 'p2' } }))!
    assert.deepEqual(second.facts.expiresAt, first.facts.expiresAt)
    bench.clock.now = new Date('2026-01-01T01:00:00Z')
    assert.equal(await bench.identity.validate(second.token), undefined)
  })

  test('a token expires at the end of its lifetime', async () => {
    const bench = makeBench()
    const { token } = (await bench.identity.login(ann()))!
    bench.clock.now = new Date('2026-01-01T00:59:59Z')
    assert.ok(await bench.identity.validate(token))
    bench.clock.now = new Date('2026-01-01T01:00:00Z')
    assert.equal(await bench.identity.validate(token), undefined)
  })

  test('a revoked token is invalid, also after a restart', async () => {
    const bench = makeBench()
    const { token } = (await bench.identity.login(ann()))!
    await bench.identity.revoke(token)
    assert.equal(await bench.identity.validate(token), undefined)
    assert.equal(await bench.reopen().validate(token), undefined)
  })

  test('a token stays valid after a restart', async () => {
    const bench = makeBench()
    const { token } = (await bench.identity.login(ann()))!
    assert.ok(await bench.reopen().validate(token))
  })

  test('existing tokens lose a removed role, project or user', async () => {
    const bench = makeBench()
    const { token } = (await bench.identity.login(ann({ id: 'p2' })))!
    bench.change(directory => {
      directory.assignments[1]!.roles = ['member']
    })
    assert.deepEqual((await bench.identity.validate(token))?.roles, ['member'])
    bench.change(directory => directory.assignments.pop())
    assert.equal(await bench.identity.validate(token), undefined)
  })

  test('a password change invalidates the tokens of the user, which cannot be exchanged either', async () => {
    const bench = makeBench()
    const first = (await bench.identity.login(ann()))!
    const exchanged = (await bench.identity.login({ by: { token: first.token }, project: { id: 'p2' } }))!
    const another = await hashPassword('another')
    bench.change(directory => {
      directory.users[0] = { ...directory.users[0]!, password: another }
    })
    assert.equal(await bench.identity.validate(first.token), undefined)
    assert.equal(await bench.identity.validate(exchanged.token), undefined)
    assert.equal(await bench.identity.describe(first.token), undefined)
    assert.equal(await bench.identity.login({ by: { token: first.token }, project: undefined }), undefined)
    assert.equal(await bench.identity.login(ann()), undefined)
    assert.ok(await bench.identity.login(ann(undefined, 'another')))
  })

  test('setting the same password again also invalidates tokens', async () => {
    const bench = makeBench()
    const { token } = (await bench.identity.login(ann()))!
    const again = await hashPassword('secret')
    bench.change(directory => {
      directory.users[0] = { ...directory.users[0]!, password: again }
    })
    assert.equal(await bench.identity.validate(token), undefined)
    assert.ok(await bench.identity.login(ann()))
  })

  test('a token is invalid after its user was deleted, even if another user gets the name', async () => {
    const bench = makeBench()
    const { token } = (await bench.identity.login(ann()))!
    bench.change(directory => {
      directory.users[0] = { ...directory.users[0]!, id: 'u2' }
      directory.assignments = directory.assignments.map(each => ({ ...each, user: 'u2' }))
    })
    assert.equal(await bench.identity.validate(token), undefined)
    assert.ok(await bench.identity.login(ann()))
  })

  test('a revoked token stays revoked whatever the clock is set to, and after a restart', async () => {
    const bench = makeBench()
    const { token } = (await bench.identity.login(ann()))!
    await bench.identity.revoke(token)
    const start = bench.clock.now.getTime()
    for (const hours of [2, 0, 24, -24, 0, 1, 0]) {
      bench.clock.now = new Date(start + hours * 3_600_000)
      const another = (await bench.identity.login(ann()))!
      await bench.identity.revoke(another.token)
      for (const identity of [bench.identity, bench.reopen()])
        for (const each of [token, another.token]) assert.equal(await identity.validate(each), undefined)
      bench.clock.now = new Date(start)
      assert.equal(await bench.identity.validate(token), undefined)
    }
  })

  test('a token issued while the clock was ahead becomes invalid when the clock is corrected', async () => {
    const bench = makeBench()
    const start = bench.clock.now.getTime()
    bench.clock.now = new Date(start + 86_400_000)
    const { token } = (await bench.identity.login(ann()))!
    assert.ok(await bench.identity.validate(token))
    bench.clock.now = new Date(start)
    assert.equal(await bench.identity.validate(token), undefined)
    assert.ok(await bench.identity.validate((await bench.identity.login(ann()))!.token))
  })

  test('a token of another host whose clock is slightly ahead is valid', async () => {
    const bench = makeBench()
    const { token } = (await bench.identity.login(ann()))!
    bench.clock.now = new Date(bench.clock.now.getTime() - 30_000)
    assert.ok(await bench.identity.validate(token))
  })

  const forged = ['', '.', 'a.b', 'a.b.c', 'eyJ1c2VyIjoidTEifQ.AAAA', 'é.é']
  for (const token of forged) {
    test(`'${token}' is not a valid token`, async () => {
      assert.equal(await makeBench().identity.validate(token), undefined)
    })
  }

  // Otherwise one token has any number of texts, each of which would be remembered.
  for (const [what, alter] of [
    ['characters that base64 ignores', (signed: string) => `${signed}!!!!`],
    ['padding', (signed: string) => `${signed}=`],
    ['blanks', (signed: string) => `${signed.slice(0, 5)} ${signed.slice(5)}`],
    ['the alphabet of plain base64', (signed: string) => `+${signed.slice(1)}`],
    ['other unused bits at the end', (signed: string) => signed.slice(0, -1) + nextCharacter(signed.at(-1)!)],
  ] as const)
    test(`a token whose signature has ${what} is invalid`, async () => {
      const { identity } = makeBench()
      const { token } = (await identity.login(ann()))!
      const [payload, signed] = token.split('.')
      assert.equal(await identity.validate(`${payload}.${alter(signed!)}`), undefined)
      assert.ok(await identity.validate(token))
    })

  test('an altered token is invalid', async () => {
    const { identity } = makeBench()
    const { token } = (await identity.login(ann()))!
    const [payload, signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
    const altered = Buffer.from(JSON.stringify({ ...claims, project: 'p2' })).toString('base64url')
    assert.equal(await identity.validate(`${altered}.${signature}`), undefined)
  })
})
