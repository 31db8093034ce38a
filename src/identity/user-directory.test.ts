import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { UserDirectory } from '../ports/user-directory.ts'
import { newSigningKey } from './embedded/directory-file.ts'
import { openIdentityFile } from './embedded/user-directory.ts'
import { identities } from './index.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-users-'))
})
after(() => rmSync(folder, { recursive: true }))

const clock = { now: () => new Date('2026-01-01T00:00:00Z'), monotonicMs: () => 0, newId: () => '' }

describe('the users of the embedded identity service', () => {
  let own: string
  let identityFile: string
  let directory: UserDirectory
  beforeEach(() => {
    own = mkdtempSync(join(folder, 'one-'))
    identityFile = join(own, 'identity.json')
    const empty = { signing_key: newSigningKey(), users: [], projects: [], assignments: [] }
    writeFileSync(identityFile, JSON.stringify(empty), { mode: 0o600 })
    directory = openIdentityFile(identityFile)
  })

  const add = (user: string, password = 'secret', project = 'p') =>
    directory.change(async draft => {
      const known = draft.projects().find(({ name }) => name === project) ?? draft.addProject(project)
      const { id } = await draft.addUser(user, password)
      draft.setRoles(id, known.id, ['member'])
      return id
    })
  const login = (user: string, password: string) =>
    identities.embedded({ identityFile, tokenLifeSeconds: 60 }, clock).login({
      by: { password, user: { name: user } },
      project: undefined,
    })

  test('a new user can log in, and is listed with their role', async () => {
    const id = await add('ann')
    assert.equal((await login('ann', 'secret'))?.facts.project.name, 'p')
    const [project] = await directory.projects()
    assert.deepEqual(await directory.users(), [{ id, name: 'ann', memberships: [{ project, roles: ['member'] }] }])
  })

  test('users and projects are ordered by name', async () => {
    for (const user of ['cleo', 'ann', 'bob']) await add(user, 'secret', `p of ${user}`)
    const names = (all: readonly { name: string }[]) => all.map(({ name }) => name)
    assert.deepEqual(names(await directory.users()), ['ann', 'bob', 'cleo'])
    assert.deepEqual(names(await directory.projects()), ['p of ann', 'p of bob', 'p of cleo'])
  })

  test('after a password change, only the new password works', async () => {
    const id = await add('ann')
    await directory.change(draft => draft.setPassword(id, 'another'))
    assert.equal(await login('ann', 'secret'), undefined)
    assert.ok(await login('ann', 'another'))
  })

  test('a project is deleted with the roles in it, and only with these', async () => {
    const id = await add('ann')
    const { id: project } = (await directory.projects())[0]!
    const other = await directory.change(async draft => {
      const other = draft.addProject('q')
      draft.setRoles(id, other.id, ['member'])
      draft.removeProject(project)
      return other
    })
    assert.deepEqual(await directory.projects(), [other])
    assert.deepEqual(await directory.users(), [
      { id, name: 'ann', memberships: [{ project: other, roles: ['member'] }] },
    ])
    assert.ok(!readFileSync(identityFile, 'utf8').includes(project))
  })

  test('roles can be set, changed and removed, and are deleted with their user', async () => {
    const id = await add('ann')
    const { id: project } = (await directory.projects())[0]!
    const roles = async () => (await directory.users())[0]!.memberships.map(({ roles }) => roles)
    await directory.change(async draft => draft.setRoles(id, project, ['admin', 'member']))
    assert.deepEqual(await roles(), [['admin', 'member']])
    await directory.change(async draft => draft.setRoles(id, project, []))
    assert.deepEqual(await roles(), [])
    await directory.change(async draft => {
      draft.setRoles(id, project, ['member'])
      draft.removeUser(id)
    })
    assert.deepEqual(await directory.users(), [])
    assert.ok(!readFileSync(identityFile, 'utf8').includes(id))
  })

  test('a change that throws changes nothing', async () => {
    const before = readFileSync(identityFile, 'utf8')
    const failing = directory.change(async draft => {
      await draft.addUser('ann', 'secret')
      throw new Error('no')
    })
    await assert.rejects(failing, /no/)
    assert.equal(readFileSync(identityFile, 'utf8'), before)
    await add('ann')
  })

  test('no change is lost when many are made at once', async () => {
    const others = Array.from({ length: 4 }, () => openIdentityFile(identityFile))
    const count = (each: UserDirectory, number: number) =>
      each.change(async draft => {
        // Hashing takes time between reading and writing the file, so changes would get lost without a lock.
        await draft.addUser(`user ${number}`, 'secret')
      })
    await Promise.all(Array.from({ length: 12 }, (_, number) => count(others[number % others.length]!, number)))
    assert.equal((await directory.users()).length, 12)
  })

  test('the file is readable by its owner only, even if it was not before, and only its lock remains beside it', async () => {
    chmodSync(identityFile, 0o644)
    await add('ann')
    const files = readdirSync(own)
    assert.deepEqual(files.toSorted(), ['identity.json', 'identity.json.lock'])
    for (const file of files) assert.equal(statSync(join(own, file)).mode & 0o777, 0o600, file)
    assert.ok(!readFileSync(identityFile, 'utf8').includes('secret'))
  })

  test('a generated password is long, and different each time', () => {
    const passwords = Array.from({ length: 100 }, () => directory.newPassword())
    assert.equal(new Set(passwords).size, 100)
    assert.ok(passwords.every(password => /^[\w-]{22}$/.test(password)))
  })
})
