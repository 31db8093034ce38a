import type { Random } from './random.ts'
import { bytesOf } from './request.ts'
import type { Person } from './trove-process.ts'
import { projectOf, type Service } from './trove-process.ts'
import { passwordMark } from './values.ts'
import type { Answer, Wire } from './wire.ts'

/** An instance that runs, with what is inside as far as we know. */
export type Live = { id: string; databases: string[]; users: Map<string, string[]> }

/** What there is for requests to be about. Kept up by `refresh`; recipes take from it and add to it. */
export type Stage = {
  flavors: readonly string[]
  /** What versions are made from. */
  image?: string
  /** The version that instances are made of: open to every flavor. A new one when somebody got at it. */
  base?: { id: string; datastore: string }
  /** Versions that instances are made from. */
  versions: readonly { id: string; name: string; datastore: string }[]
  /** Versions that only the fuzzer uses, and may change and delete. */
  spare: { id: string; name: string; datastore: string; datastoreName: string }[]
  /** Datastores without a version. */
  empty: string[]
  associations: { version: string; flavor: string }[]
  volumeTypeAssociations: { version: string; type: string }[]
  requirements: { version: string; id: string }[]
  datastoreRequirements: { datastore: string; id: string }[]
  /** Of changes that can be undone; newest first. */
  events: string[]
  /** Ids of waivers in force. */
  waivers: string[]
  /** Ids of decisions whose result is to be reported. */
  decisions: string[]
  live: Live[]
  liveIds: Set<string>
  /** Instances that come and go, by what can be done to them. */
  active: string[]
  building: string[]
  deleting: string[]
  /** For names that nobody has yet. */
  count: number
}

export const emptyStage = (): Stage => ({
  flavors: ['11', '12', '13', '14', '1', '2', '3'],
  versions: [],
  spare: [],
  empty: [],
  associations: [],
  volumeTypeAssociations: [],
  requirements: [],
  datastoreRequirements: [],
  events: [],
  waivers: [],
  decisions: [],
  live: [],
  liveIds: new Set(),
  active: [],
  building: [],
  deleting: [],
  count: 0,
})

export type Ask = (person: Person, method: string, path: string, body?: object) => Promise<Answer>

/** Asks as a client would that knows what it does. */
export function openAsk(service: Service, wire: Wire): Ask {
  return async (person, method, path, body) => {
    const headers = [
      ['Host', 'fuzz'],
      ['X-Auth-Token', service.tokens[person]],
      ...(body ? [['Content-Type', 'application/json'] as const] : []),
    ] as [string, string][]
    const target = `/v1.0/${projectOf(person)}${path}`
    const bytes = bytesOf({ method, target, headers, body: body && Buffer.from(JSON.stringify(body)) })
    const answer = await wire.exchange(bytes, false)
    if (!answer) throw new Error(`${method} ${target} was not answered: ${service.ended() ?? 'the service goes on'}`)
    return answer
  }
}

/** Spare versions and datastores are called this and a number. */
export const spareName = 'spare'
/** Instances that come and go. */
export const passingName = 'passing'
const liveName = 'live'

const quotas = { instances: -1, volumes: -1, ram: -1 }

type InstanceRow = { id: string; name: string; task_id: number; server_status: string; action: string }

/** Reads what there is, and makes again what has gone. */
export async function refresh(service: Service, ask: Ask, stage: Stage, want: { live: number }): Promise<void> {
  const { kysely } = service.database
  const datastores = await kysely.selectFrom('datastores').select(['id', 'name']).execute()
  const versions = await kysely.selectFrom('datastore_versions').selectAll().execute()
  const nameOf = new Map(datastores.map(({ id, name }) => [id, name ?? '']))
  const isSpare = (version: (typeof versions)[number]) => nameOf.get(version.datastore_id ?? '')?.startsWith(spareName)
  stage.spare = versions.filter(isSpare).map(({ id, name, datastore_id }) => ({
    ...{ id, name: name ?? '', datastore: datastore_id ?? '', datastoreName: nameOf.get(datastore_id ?? '') ?? '' },
  }))
  const own = versions.filter(version => !isSpare(version))
  for (const version of own)
    if (!version.active) await ask('admin', 'PATCH', `/mgmt/datastore-versions/${version.id}`, { active: true })
  stage.versions = own.map(({ id, name, datastore_id }) => ({
    id,
    name: name ?? '',
    datastore: nameOf.get(datastore_id ?? '') ?? '',
  }))
  const used = new Set(versions.map(({ datastore_id }) => datastore_id))
  stage.empty = datastores.filter(({ id }) => !used.has(id)).map(({ id }) => id)
  await keepBase(service, ask, stage)
  for (let missing = spareMin - stage.spare.length; missing > 0; missing--) await createSpare(ask, stage)
  await readPolicies(service, stage)
  await readInstances(service, ask, stage, want.live)
}

const baseDatastore = 'postgresql'
const spareMin = 6

/** Sees to a version that is as the fuzzer needs it; whoever may change versions may have changed this one. */
async function keepBase({ database: { kysely } }: Service, ask: Ask, stage: Stage): Promise<void> {
  const rows = await kysely.selectFrom('datastore_versions').selectAll().execute()
  stage.image ??= rows.find(({ manager, image_id }) => manager === baseDatastore && image_id)!.image_id!
  const policies = await kysely
    .selectFrom('datastore_version_metadata')
    .select(['datastore_version_id', 'deleted'])
    .execute()
  const isOpen = (id: string) => !policies.some(row => row.datastore_version_id === id && !Number(row.deleted))
  const row = rows.find(({ id }) => id === stage.base?.id)
  if (row && Number(row.active) && row.image_id === stage.image && row.manager === baseDatastore && isOpen(row.id))
    return
  const name = `base-${stage.count++}`
  await createVersion(ask, stage, { name, datastore_name: baseDatastore })
  const made = await kysely
    .selectFrom('datastore_versions')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  stage.base = { id: made.id, datastore: made.datastore_id! }
}

/** For requests to change and delete; it is read with the next refresh. */
const createSpare = (ask: Ask, stage: Stage) => {
  const name = `${spareName}-${stage.count++}`
  return createVersion(ask, stage, { name, datastore_name: name })
}

const createVersion = (ask: Ask, { image }: Stage, names: { name: string; datastore_name: string }) =>
  ask('admin', 'POST', '/mgmt/datastore-versions', {
    version: { ...names, datastore_manager: baseDatastore, active: true, image },
  })

async function readPolicies({ database: { kysely } }: Service, stage: Stage): Promise<void> {
  const spare = new Set(stage.spare.map(({ id }) => id))
  const rows = await kysely.selectFrom('datastore_version_metadata').selectAll().execute()
  const kept = rows.filter(row => !Number(row.deleted) && spare.has(row.datastore_version_id ?? ''))
  const of = (key: string) => kept.filter(row => row.key === key)
  stage.associations = of('flavor').map(row => ({ version: row.datastore_version_id!, flavor: row.value ?? '' }))
  const ofTypes = of('volume_type')
  stage.volumeTypeAssociations = ofTypes.map(row => ({ version: row.datastore_version_id!, type: row.value ?? '' }))
  const ofDatastores = new Set(stage.spare.map(({ datastore }) => datastore))
  const rules = await kysely
    .selectFrom('trovets_rules')
    .selectAll()
    .where('datastore_id', 'is not', null)
    .where('key', '=', 'flavor_requirement')
    .execute()
  stage.datastoreRequirements = rules.flatMap(({ datastore_id: datastore, id }) =>
    datastore !== null && ofDatastores.has(datastore) ? [{ datastore, id }] : [],
  )
  const events = await kysely
    .selectFrom('trovets_policy_events')
    .selectAll()
    .where('action', 'in', ['added', 'deleted', 'level_set'])
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
  stage.events = events.filter(event => spare.has(event.datastore_version_id)).map(({ id }) => id)
  stage.requirements = of('flavor_requirement').map(row => ({ version: row.datastore_version_id!, id: row.id }))
}

async function readInstances(service: Service, ask: Ask, stage: Stage, wantLive: number): Promise<void> {
  const member = projectOf('member')
  await ask('admin', 'PUT', `/mgmt/quotas/${member}`, { quotas })
  const rows = (await service.database.kysely
    .selectFrom('instances as i')
    .innerJoin('trovets_instances as t', 't.instance_id', 'i.id')
    .select(['i.id', 'i.name', 'i.task_id', 'i.server_status', 'i.deleted', 't.action', 't.admin_password'])
    .where('i.tenant_id', '=', member)
    .execute()) as (InstanceRow & { deleted: unknown; admin_password: string })[]
  const there = rows.filter(({ deleted }) => !Number(deleted))
  for (const { admin_password } of there) service.log.keepSecret(service.ports.secrets.unseal(admin_password))
  const isActive = ({ task_id, server_status }: InstanceRow) => Number(task_id) === 1 && server_status === 'ACTIVE'
  const lives = there.filter(({ id, action }) => stage.liveIds.has(id) && action !== 'delete')
  const others = there.filter(row => !lives.includes(row))
  stage.active = others.filter(isActive).map(({ id }) => id)
  stage.deleting = others.filter(({ action }) => action === 'delete').map(({ id }) => id)
  stage.building = others.filter(row => row.action === 'create' && !isActive(row)).map(({ id }) => id)
  for (let missing = wantLive - lives.length; missing > 0; missing--) await createLive(ask, stage)
  stage.live = []
  for (const row of lives.filter(isActive)) {
    const live = await contentsOf(ask, row.id)
    if (live) stage.live.push(live)
  }
}

async function createLive(ask: Ask, stage: Stage): Promise<void> {
  const version = stage.base!
  const answer = await ask('member', 'POST', '/instances', {
    instance: {
      name: `${liveName}-${stage.count++}`,
      flavorRef: '12',
      volume: { size: 1 },
      datastore: { type: version.datastore, version: version.id },
      databases: [{ name: 'shop' }, { name: 'stock' }],
      users: [{ name: 'ann', password: `${passwordMark}ann`, databases: [{ name: 'shop' }] }],
    },
  })
  if (answer.status === 200) stage.liveIds.add(JSON.parse(answer.body).instance.id)
}

/** What is inside an instance; undefined when it cannot say at the moment. */
export async function contentsOf(ask: Ask, id: string): Promise<Live | undefined> {
  const [users, databases] = await Promise.all([
    ask('member', 'GET', `/instances/${id}/users`),
    ask('member', 'GET', `/instances/${id}/databases`),
  ])
  if (users.status !== 200 || databases.status !== 200) return undefined
  type Named = { name: string }
  const read = JSON.parse(users.body).users as (Named & { databases: Named[] })[]
  return {
    id,
    databases: (JSON.parse(databases.body).databases as Named[]).map(({ name }) => name),
    users: new Map(read.map(user => [user.name, user.databases.map(({ name }) => name)])),
  }
}

/** Takes one of several out of a list, so that no other request is about it. */
export function take<T>(list: T[], random: Random): T | undefined {
  return list.length === 0 ? undefined : list.splice(random.below(list.length), 1)[0]
}
