import assert from 'node:assert/strict'
import { defaultWorld } from '../stories/load-stories.ts'
import { startStoryWorld } from '../stories/story-world.ts'
import type { World } from '../world.ts'

/** Names that strangers can give to an instance, each a test of every page that shows it. */
export const strangeNames = {
  markup: `<img src=x onerror="document.title='harmed'">`,
  rightToLeft: 'قاعدة بيانات المتجر 1',
  long: `long-${'x'.repeat(250)}`,
  emoji: '🐘 elephants 2',
} as const

export type OperatorWorld = Readonly<{
  world: World
  /** The values of `$NAMES`, as in stories. */
  variables: ReadonlyMap<string, string>
  /** Sends a request of a person, which must succeed, and returns the body. */
  ask(person: string, method: string, path: string, body?: unknown): Promise<unknown>
}>

/**
 * A cloud with findings of several kinds, waivers and a history, and with a real PostgreSQL server of a project. The rules
 * were made stricter after the instances were created.
 */
export async function startOperatorWorld(): Promise<OperatorWorld> {
  const { world, variables } = await startStoryWorld({
    ...defaultWorld(),
    servers: true,
    flavors: [
      { id: '1', name: 'db.tiny', vcpus: 1, ram: 512, disk: 1 },
      { id: '2', name: 'db.small', vcpus: 1, ram: 2048, disk: 20 },
      { id: '3', name: 'db.medium', vcpus: 2, ram: 4096, disk: 40 },
      { id: '4', name: 'db.large', vcpus: 4, ram: 8192, disk: 80 },
    ],
    catalogue: {
      mysql: [
        { name: '8.0', default: true, flavors: ['2', '3', 'gone'] },
        { name: '5.7', flavors: ['4'] },
      ],
      postgresql: [{ name: '18', default: true }],
    },
    instances: [
      { version: '$MYSQL_8_0', flavor: '1', name: strangeNames.markup, ours: true },
      { version: '$MYSQL_8_0', flavor: '1', name: strangeNames.rightToLeft, ours: true, project: 'alt-project' },
      { version: '$MYSQL_8_0', flavor: '4', name: strangeNames.long, project: 'alt-project' },
      { version: '$MYSQL_8_0', flavor: '2', name: strangeNames.emoji, ours: true },
      { version: '$MYSQL_5_7', flavor: '4', name: 'archive', count: 19, project: 'archive-project', ours: true },
    ],
    conf: { DEFAULT: { default_datastore: 'postgresql' }, trovets: { health_interval: 1 } },
  })
  const ask = async (person: string, method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${world.url}/v1.0/${world.projectOf(person)}${path}`, {
      method,
      headers: { 'x-auth-token': await world.tokenOf(person), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  try {
    await makeHistory(ask, variables)
  } catch (error) {
    await world.stop()
    throw error
  }
  return { world, variables, ask }
}

async function makeHistory(ask: OperatorWorld['ask'], variables: ReadonlyMap<string, string>): Promise<void> {
  await ask('demo', 'POST', '/instances', { instance: { name: 'shop', flavorRef: '1', volume: { size: 1 } } })
  const postgresql = `/mgmt/datastore-versions/${variables.get('POSTGRESQL_18')}`
  await ask('admin', 'POST', `${postgresql}/flavor-requirements`, { requirements: ['ram>=1GiB'], level: 'warn' })
  const waiver = { datastore: 'mysql', reason: 'migration, ticket 4711' }
  await ask('admin', 'POST', '/mgmt/flavor-waivers', {
    ...waiver,
    project_id: 'alt-project',
    until: '30d',
    only: ['not_associated'],
  })
  await ask('admin', 'POST', '/mgmt/flavor-waivers', { ...waiver, project_id: 'archive-project', until: '3d' })
}
