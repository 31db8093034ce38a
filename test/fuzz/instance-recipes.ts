import type { Context, Recipe } from './recipes.ts'
import { passingName, take } from './stage.ts'

/** Database servers take memory and a moment to start, so only so many come and go at a time. */
const passingMax = 10

const create: Recipe = ({ stage, random }) => {
  if (stage.active.length + stage.building.length + stage.deleting.length >= passingMax) return undefined
  const version = stage.base!
  const instance = {
    name: `${passingName}-${stage.count++}`,
    flavorRef: random.pick(['11', 12, '13']),
    volume: { size: 1 },
    datastore: { type: version.datastore, version: version.id },
  }
  const after: NonNullable<ReturnType<Recipe>>['after'] = ({ status, body }) =>
    void (status === 200 && stage.building.push(JSON.parse(body).instance.id))
  return { person: 'member', params: {}, body: { instance }, after }
}

const dryRun: Recipe = ({ stage }) => {
  const version = stage.base!
  const instance = {
    name: 'dry',
    flavorRef: '12',
    volume: { size: 1 },
    datastore: { type: version.datastore, version: version.id },
    databases: [{ name: 'shop', character_set: 'UTF8' }],
  }
  return { person: 'member', params: {}, body: { instance } }
}

/** Deleting again what is being deleted is granted as well, and costs no server. */
const remove: Recipe = ({ stage, random }) => {
  const isAgain = stage.deleting.length > 0 && random.chance(0.5)
  const id = isAgain ? random.pick(stage.deleting) : take(stage.active, random)
  if (id === undefined) return undefined
  return { person: 'member', params: { id }, after: ({ status }) => void (status === 202 && stage.deleting.push(id)) }
}

const rename: Recipe = ({ stage, random }) => {
  const live = stage.live.length > 0 ? random.pick(stage.live) : undefined
  return live && { person: 'member', params: { id: live.id }, body: { instance: { name: `live-${stage.count++}` } } }
}

/** Restarts and resizes cost a start of the server; the ways out of a stuck one cost nothing. */
const act: Recipe = ({ stage, random }) => {
  const kind = random.next()
  const stuck = [...stage.building, ...stage.deleting]
  if (kind < 0.5 && stuck.length > 0)
    return { person: 'admin', params: { id: random.pick(stuck) }, body: { reset_status: {} } }
  if (kind < 0.7 && stage.building.length > 3) {
    const id = take(stage.building, random)!
    return {
      person: 'admin',
      params: { id },
      body: { force_delete: {} },
      after: ({ status }) => void (status === 202 && stage.deleting.push(id)),
    }
  }
  const id = take(stage.active, random)
  if (id === undefined) return undefined
  const volume = { size: 2 + stage.count++ }
  return {
    person: 'member',
    params: { id },
    body: random.pick([{ restart: {} }, { resize: { volume } }, { resize: { volume } }]),
  }
}

const actAsOperator: Recipe = ({ stage, random }) => {
  const stuck = [...stage.building, ...stage.deleting]
  if (stuck.length > 0 && random.chance(0.9))
    return { person: 'admin', params: { id: random.pick(stuck) }, body: { 'reset-task-status': {} } }
  const id = take(stage.active, random)
  return id === undefined ? undefined : { person: 'admin', params: { id }, body: { reboot: {} } }
}

const ofAnyone =
  (id: (context: Context) => string | undefined): Recipe =>
  context => {
    const found = id(context)
    return found === undefined ? undefined : { person: 'member', params: { id: found } }
  }
const live = ({ stage, random }: Context) => (stage.live.length > 0 ? random.pick(stage.live).id : undefined)

/** Recipes of instances. What runs costs most of all, so it is used as often as it can be. */
export const instanceRecipes: Readonly<Record<string, Recipe>> = {
  createInstance: create,
  dryRunInstance: dryRun,
  deleteInstance: remove,
  updateInstance: rename,
  editInstance: rename,
  actOnInstance: act,
  actOnManagedInstance: actAsOperator,
  showInstance: ofAnyone(live),
  listResizeTargets: ofAnyone(live),
  showRoot: ofAnyone(live),
  listDatabases: ofAnyone(live),
  listUsers: ofAnyone(live),
}
