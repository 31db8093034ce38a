import { randomUUID } from 'node:crypto'
import { stringify } from 'yaml'
import type { Actor } from '../../src/model/policy-event.ts'
import { updateDatastore, upsertDatastoreVersion } from '../../src/operations/datastores/manage-datastore-versions.ts'
import type { World } from '../world.ts'

/** Names that harm a page that trusts them: markup, another writing direction, the longest that there can be, emoji. */
export const strangeNames = {
  markup: '<img src=x onerror="document.title=\'injected\'">',
  rightToLeft: '\u202Eقاعدة بيانات\u202C',
  long: 'm'.repeat(255),
  emoji: '🐘🔥 size',
} as const

type FlavorRow = Readonly<{ id: string; name: string; vcpus: number; ram: number; disk: number }>

/** The text of a flavors.yaml, also with a volume type. */
export const flavorsFile = (flavors: readonly FlavorRow[]): string =>
  stringify({ flavors, volume_types: [{ name: 'fast-ssd', description: 'Local NVMe' }] })

/** Flavors of every outcome, and with strange names. */
export const someFlavors = flavorsFile([
  { id: '1', name: 'm1.tiny', vcpus: 1, ram: 512, disk: 1 },
  { id: '2', name: 'm1.small', vcpus: 1, ram: 2048, disk: 20 },
  { id: '3', name: 'm1.medium', vcpus: 2, ram: 4096, disk: 40 },
  { id: '4', name: 'm1.large', vcpus: 4, ram: 8192, disk: 80 },
  { id: 'a', name: strangeNames.markup, vcpus: 8, ram: 16384, disk: 80 },
  { id: 'b', name: strangeNames.rightToLeft, vcpus: 8, ram: 16385, disk: 80 },
  { id: 'c', name: strangeNames.long, vcpus: 8, ram: 16386, disk: 80 },
  { id: 'd', name: strangeNames.emoji, vcpus: 8, ram: 16387, disk: 80 },
])

const actor: Actor = { id: 'cli:test', requestId: null }

/** Adds versions to a world: `mysql 8.0`. */
export async function addVersions({ ports }: World, names: readonly (readonly [datastore: string, version: string])[]) {
  for (const datastore of new Set(names.map(([datastore]) => datastore)))
    await updateDatastore(ports, { name: datastore, defaultVersion: '' })
  for (const [datastoreName, name] of names)
    await upsertDatastoreVersion(ports, actor, {
      ...{ datastoreName, name, number: undefined },
      changes: { manager: 'mysql', imageId: 'image', active: true },
    })
}

type InstanceRow = Readonly<{ name: string; flavorId: string; projectId: string }>

/** Adds instances of another Trove to a version: no worker touches them. */
export async function addInstances({ database }: World, versionId: string, instances: readonly InstanceRow[]) {
  const { kysely, dialect } = database
  const time = '2026-11-20 08:00:00'
  const rows = instances.map(({ name, flavorId, projectId }) => ({
    ...{ id: randomUUID(), name, created: time, updated: time, tenant_id: projectId },
    ...{
      datastore_version_id: versionId,
      flavor_id: flavorId,
      volume_size: 1,
      task_id: 1,
      server_status: 'ACTIVE',
      deleted: dialect.flag(false),
    },
  }))
  await kysely.insertInto('instances').values(rows).execute()
}

/** Sends a request as the admin, and returns the answer. Throws an Error if it is refused. */
export async function asAdmin(world: World, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${world.url}/v1.0/${world.projectOf('admin')}${path}`, {
    method,
    headers: { 'x-auth-token': await world.tokenOf('admin'), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** The id of a version of a world. */
export async function versionIdOf({ ports: { stores } }: World, datastore: string, name: string): Promise<string> {
  const { id } = (await stores.datastores.list()).find(each => each.name === datastore)!
  return (await stores.versions.list(id)).find(version => version.name === name)!.id
}
