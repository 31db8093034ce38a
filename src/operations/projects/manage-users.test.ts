import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DirectoryUser, UserDirectory } from '../../ports/user-directory.ts'
import { deleteProject, knownProjectIdOf, projectIdOf } from './manage-users.ts'

describe('the project that an operator names', () => {
  const projects = async () => [
    { id: '1f0c', name: 'demo' },
    { id: '2a9b', name: 'Admin' },
    { id: '3c7d', name: '1f0c' },
    { id: '4e5f', name: 'two words' },
  ]
  const rows: [typed: string, id: string][] = [
    ['demo', '1f0c'],
    ['DEMO', '1f0c'],
    ['Admin', '2a9b'],
    ['admin', '2a9b'],
    ['two words', '4e5f'],
    ['2a9b', '2a9b'],
    ['4e5f', '4e5f'],
    // A name comes before an id.
    ['1f0c', '3c7d'],
    // The database may know what the directory does not.
    ['of another Trove', 'of another Trove'],
    ['', ''],
  ]
  for (const [typed, id] of rows)
    test(`'${typed}' is ${id}`, async () => assert.equal(await projectIdOf({ projects }, typed), id))
})

test('a waiver is for a known project only', async () => {
  const directory = { projects: async () => [{ id: '1f0c', name: 'demo' }] }
  assert.equal(await knownProjectIdOf(directory, 'Demo'), '1f0c')
  await assert.rejects(knownProjectIdOf(directory, 'dmeo'), { code: 'project_not_found' })
})

describe('a project that is deleted', () => {
  const [shop, demo] = [
    { id: '1', name: 'shop' },
    { id: '2', name: 'demo' },
  ]
  const user = (name: string, memberships: DirectoryUser['memberships']) => ({ id: name, name, memberships })
  const as = (project: { id: string; name: string }, ...roles: string[]) => ({ project, roles })

  /** Deletes it while `count` instances exist. */
  async function deleted(count: number, name = 'Shop', users = [user('ann', [as(shop, 'member')])]) {
    const removed: string[] = []
    const draft = {
      projects: () => [shop, demo],
      users: () =>
        users.map(each => ({
          ...each,
          memberships: each.memberships.filter(({ project }) => !removed.includes(project.id)),
        })),
      removeProject: (id: string) => void removed.push(id),
    }
    const directory = { change: (work: (own: typeof draft) => unknown) => work(draft) } as unknown as UserDirectory
    const use = async (id: string) => ({
      instances: id === shop.id ? count : 0,
      volumesGb: 0,
      ramMb: 0,
      ofOthers: new Map(),
    })
    try {
      const { homeless, noAdminLeft } = await deleteProject(directory, { use }, name)
      return { removed, homeless: homeless.map(({ name }) => name), noAdminLeft }
    } catch (error) {
      return { removed, refused: (error as Error).message }
    }
  }

  for (const [count, words] of [
    [1, 'one instance'],
    [12, '12 instances'],
  ] as const)
    test(`is kept while it has ${words}`, async () =>
      assert.deepEqual(await deleted(count), { removed: [], refused: `Project 'shop' has ${words}.` }))

  test('needs to exist', async () =>
    assert.deepEqual(await deleted(0, 'shpo'), {
      removed: [],
      refused: "Project 'shpo' cannot be found. Did you mean 'shop'?",
    }))

  test('leaves users without a project, who are named; those who were in none before are not', async () => {
    const users = [
      user('ann', [as(shop, 'member')]),
      user('bob', [as(shop, 'member'), as(demo, 'admin')]),
      user('cleo', []),
    ]
    assert.deepEqual(await deleted(0, 'shop', users), { removed: ['1'], homeless: ['ann'], noAdminLeft: false })
  })

  test('may leave nobody who is an admin', async () => {
    const users = [user('ann', [as(shop, 'admin')]), user('bob', [as(demo, 'member')])]
    assert.deepEqual(await deleted(0, '1', users), { removed: ['1'], homeless: ['ann'], noAdminLeft: true })
  })
})
