import { levels } from '../../src/model/level.ts'
import { contentRecipes } from './content-recipes.ts'
import { instanceRecipes } from './instance-recipes.ts'
import { type Operation, operationNamed } from './operations.ts'
import type { Random } from './random.ts'
import { type Stage, spareName, take } from './stage.ts'
import type { Person } from './trove-process.ts'
import { projectOf } from './trove-process.ts'
import { validValue } from './values.ts'
import type { Answer } from './wire.ts'

/** A request that should be granted. */
export type Draft = Readonly<{
  operation: Operation
  person: Person
  params: Readonly<Record<string, string>>
  query?: string
  body?: unknown
  /** Takes what was granted to the stage. */
  after?(answer: Answer): void
}>

export type Context = Readonly<{ stage: Stage; random: Random }>

/** What a recipe adds to what every request for its operation has; undefined when there is nothing to ask for just now. */
export type Recipe = (context: Context) => Omit<Draft, 'operation'> | undefined

const anyone: readonly Person[] = ['member', 'member', 'admin']

const spare = ({ stage, random }: Context) => (stage.spare.length > 3 ? random.pick(stage.spare) : undefined)

const image = (stage: Stage) => ({ image_tags: [] as string[], ...(stage.image ? { image: stage.image } : {}) })

/** A new version of a datastore of our own. */
const createVersion: Recipe = ({ stage, random }) => {
  if (stage.spare.length > 40) return undefined
  const name = `${spareName}-${stage.count++}`
  const version = { name, datastore_name: name, datastore_manager: 'postgresql', active: random.chance(0.5) }
  return { person: 'admin', params: {}, body: { version: { ...version, ...image(stage) } } }
}

const byVersion =
  (rest: (context: Context, id: string) => Partial<Draft> | undefined): Recipe =>
  context => {
    const version = spare(context)
    const more = version && rest(context, version.id)
    return more && { person: 'admin', params: { id: version.id, ...more.params }, ...without(more) }
  }

const byDatastore =
  (rest: (context: Context) => Partial<Draft>): Recipe =>
  context => {
    const version = spare(context)
    return version && { person: 'admin', params: { datastore: version.datastore }, ...rest(context) }
  }

const without = ({ params: _, ...rest }: Partial<Draft>) => rest

/** Recipes of what changes something, apart from instances and what is in them. */
const catalogueRecipes: Readonly<Record<string, Recipe>> = {
  createDatastoreVersion: createVersion,
  updateDatastoreVersion: byVersion(({ random, stage }) => ({
    body: random.pick([
      { active: random.chance(0.5) },
      { packages: ['a', 'b'] },
      { name: `${spareName}-${stage.count++}` },
      { default: random.chance(0.5) },
    ]),
  })),
  deleteDatastoreVersion: ({ stage, random }) => {
    const gone = stage.spare.length > 10 ? take(stage.spare, random) : undefined
    return gone && { person: 'admin', params: { id: gone.id } }
  },
  deleteDatastore: ({ stage, random }) => {
    const gone = take(stage.empty, random)
    return gone === undefined ? undefined : { person: 'admin', params: { datastore: gone } }
  },
  associateFlavors: byVersion(({ stage, random }, id) => {
    const free = stage.flavors.filter(
      flavor => !stage.associations.some(each => each.version === id && each.flavor === flavor),
    )
    if (free.length === 0) return undefined
    const flavor = random.pick(free)
    const after = ({ status }: Answer) => void (status < 300 && stage.associations.push({ version: id, flavor }))
    return { body: { [random.pick(['flavors', 'flavor_ids'])]: [flavor], force: true }, after }
  }),
  dissociateFlavor: ({ stage, random }) => {
    const gone = take(stage.associations, random)
    return gone && { person: 'admin', params: { id: gone.version, flavor: gone.flavor } }
  },
  associateVolumeTypes: byVersion(({ stage }, id) => {
    const type = `type-${stage.count++}`
    const after = ({ status }: Answer) =>
      void (status === 202 && stage.volumeTypeAssociations.push({ version: id, type }))
    return { body: { volume_type_ids: [type], check: false }, after }
  }),
  dissociateVolumeType: ({ stage, random }) => {
    const gone = take(stage.volumeTypeAssociations, random)
    return gone && { person: 'admin', params: { id: gone.version, type: gone.type } }
  },
  addFlavorRequirements: byVersion(({ stage, random }, id) => {
    const kind = random.pick(['ram', 'vcpus', 'disk'])
    const after = ({ status, body }: Answer) => {
      if (status !== 200) return
      const [added] = JSON.parse(body).added as { id: string }[]
      if (added) stage.requirements.push({ version: id, id: added.id })
    }
    return {
      body: {
        requirements: [`${kind}${random.pick(['>=', '<=', '>'])}${1 + random.below(5000)}`],
        allow_none: random.pick([true, false]),
      },
      after,
    }
  }),
  deleteFlavorRequirement: ({ stage, random }) => {
    // Many versions have been deleted since these were read.
    stage.requirements = stage.requirements.filter(({ version }) => stage.spare.some(({ id }) => id === version))
    const gone = take(stage.requirements, random)
    return gone && { person: 'admin', params: { id: gone.version, requirement: gone.id } }
  },
  setFlavorRequirementLevel: ({ stage, random }) => {
    const stored = stage.requirements.filter(({ version }) => stage.spare.some(({ id }) => id === version))
    const one = stored.length === 0 ? undefined : random.pick(stored)
    return (
      one && { person: 'admin', params: { id: one.version, requirement: one.id }, body: { level: random.pick(levels) } }
    )
  },
  addDatastoreFlavorRequirements: byDatastore(({ random }) => ({
    body: { requirements: [`ram>=${1 + random.below(5000)}`], level: random.pick(levels) },
  })),
  setDatastoreFlavorRequirementLevel: ({ stage, random }) => {
    if (stage.datastoreRequirements.length === 0) return undefined
    const { datastore, id } = random.pick(stage.datastoreRequirements)
    return { person: 'admin', params: { datastore, requirement: id }, body: { level: random.pick(levels) } }
  },
  deleteDatastoreFlavorRequirement: ({ stage, random }) => {
    const gone = take(stage.datastoreRequirements, random)
    return gone && { person: 'admin', params: { datastore: gone.datastore, requirement: gone.id } }
  },
  setDatastoreFlavorPolicy: byDatastore(({ random }) => ({
    body: random.pick([{ restriction: 'open' }, { restriction: 'listed', list_level: random.pick(levels) }]),
  })),
  copyRules: byVersion(({ stage, random }, id) => {
    const others = stage.spare.filter(other => other.id !== id)
    return { body: { from: random.pick(others).id, replace: true, allow_none: true } }
  }),
  applyDatastoreCatalogue: context => {
    const version = spare(context)
    if (!version) return undefined
    const stated = { name: version.datastoreName, requirements: [`ram>=${1 + context.random.below(5000)}`] }
    return {
      person: 'admin',
      params: {},
      query: context.random.pick(['', '?dry_run=true']),
      body: { catalogue: JSON.stringify({ datastores: [stated] }) },
    }
  },
  showDatastoreFlavorPolicy: byDatastore(() => ({})),
  listDatastoreFlavorRequirements: byDatastore(() => ({})),
  undoFlavorRuleEvent: ({ stage }) => {
    // The newest is the least likely to have been changed again since.
    const event = stage.events.shift()
    if (event === undefined) return undefined
    return { person: 'admin', params: { event }, body: { check: false, force: true } }
  },
  setFlavorPolicy: byVersion(({ random }) => ({
    body: {
      restriction: random.pick(['open', 'listed']),
      enforcement: random.pick(levels),
      list_level: random.pick(levels),
      allow_none: random.pick([true, false]),
    },
  })),
  addFlavorWaiver: ({ stage, random }) => {
    const version = random.pick(stage.versions)
    const body = {
      project_id: `project-${random.below(30)}`,
      ...{ datastore: version.datastore, version: version.id },
      only: random.pick([[], ['not_associated'], ['ram>=2GiB', 'requirement_not_met']]),
      ...{ until: `${1 + random.below(80)}d`, reason: 'fuzzed' },
    }
    const after = ({ status, body }: Answer) =>
      void (status === 201 && stage.waivers.push((JSON.parse(body) as { waiver: { id: string } }).waiver.id))
    return { person: 'admin', params: {}, body, after }
  },
  shortenFlavorWaiver: ({ stage, random }) =>
    stage.waivers.length === 0
      ? undefined
      : { person: 'admin', params: { waiver: random.pick(stage.waivers) }, body: { until: '1d' } },
  endFlavorWaiver: ({ stage, random }) => {
    const waiver = take(stage.waivers, random)
    return waiver === undefined ? undefined : { person: 'admin', params: { waiver } }
  },
  decideRequest: ({ stage, random }) => {
    const projectId = projectOf('member')
    const { id: version, datastore: type } = stage.base!
    const instance = { name: 'db', flavorRef: '12', volume: { size: 1 }, datastore: { type, version } }
    const request = {
      method: 'POST',
      path: `/v1.0/${projectId}/instances`,
      content_type: 'application/json',
      body_base64: Buffer.from(JSON.stringify({ instance })).toString('base64'),
    }
    if (random.chance(0.3)) return { person: 'member', params: {}, body: request }
    const after = ({ status, body }: Answer) => {
      if (status !== 200) return
      const decision = JSON.parse(body) as { decision_id: string; report_result: boolean }
      if (decision.report_result) stage.decisions.push(decision.decision_id)
    }
    const identity = { user_id: 'member-user', project_id: projectId, roles: ['member'] }
    return { person: 'admin', params: {}, body: { ...request, identity }, after }
  },
  reportDecisionResult: ({ stage, random }) => {
    const decision = take(stage.decisions, random)
    return decision === undefined
      ? undefined
      : { person: 'admin', params: { decision }, body: { status: random.pick([200, 202, 400, 413, 500]) } }
  },
  updateQuotas: ({ random }) => ({
    person: 'admin',
    params: { owner: `project-${random.below(30)}` },
    body: { quotas: { instances: random.below(20), volumes: -1 } },
  }),
}

const recipes: Readonly<Record<string, Recipe>> = { ...catalogueRecipes, ...instanceRecipes, ...contentRecipes }

/** The id of nothing. What is the fuzzer's own to use is not handed out to be changed. */
const nobody = '01a21c81-1912-7000-8000-000000000000'

/** What makes a request for an operation find something. */
export function draftParams(operation: Operation, { stage, random }: Context): Record<string, string> {
  const version = random.pick(stage.versions)
  const live = stage.live.length > 0 ? random.pick(stage.live) : undefined
  const spareId = stage.spare.length > 0 ? random.pick(stage.spare).id : nobody
  const user = live ? random.pick([...live.users.keys(), 'ann']) : 'ann'
  const [first] = operation.steps
  // What ends an instance, or its server's connections, is about those that come and go.
  const passing = [...stage.active, ...stage.building, ...stage.deleting]
  const isHard = passing.length > 0 && /^(?:deleteInstance|actOn)/.test(operation.id)
  const instance = isHard ? random.pick(passing) : (live?.id ?? spareId)
  const idOf: Readonly<Record<string, string>> = {
    flavors: random.pick([...stage.flavors, version.id]),
    'volume-types': 'standard',
    datastores: version.id,
    instances: instance,
  }
  const ofManaged = operation.steps[1] === 'instances' ? instance : spareId
  const values: Readonly<Record<string, string>> = {
    id: (first === 'mgmt' ? ofManaged : idOf[first!]) ?? spareId,
    datastore: version.datastore,
    version: random.pick([version.id, version.name]),
    flavor: random.pick(stage.flavors),
    requirement: random.pick([...stage.requirements.map(({ id }) => id), spareId]),
    owner: random.pick([projectOf('member'), `project-${random.below(30)}`]),
    decision: random.pick([...stage.decisions, `dec-${nobody}`]),
    waiver: random.pick([...stage.waivers, nobody]),
    database: random.pick([...(live?.databases ?? []), 'shop']),
    user,
  }
  return Object.fromEntries(operation.params.map(name => [name, values[name]!]))
}

const queries: Readonly<Record<string, readonly string[]>> = {
  limit: ['1', '5', '20', '100'],
  verdicts: ['true', 'false'],
  deleted: ['true', 'false'],
  include_clustered: ['true', 'false'],
  project_id: ['member-project', 'admin-project'],
}

function validQuery({ query }: Operation, random: Random): string {
  const said = query.filter(name => queries[name] && random.chance(0.3))
  return said.map(name => `${name}=${random.pick(queries[name]!)}`).join('&')
}

const isForAdmins = ({ steps }: Operation) => steps[0] === 'mgmt'

/** A request that should be granted; undefined when what it needs is not there just now. */
export function granted(id: string, context: Context): Draft | undefined {
  const operation = operationNamed(id)
  const recipe = recipes[id]
  if (recipe) {
    const made = recipe(context)
    return made && { operation, ...made }
  }
  return sketch(id, context)
}

/** A request that looks right and takes nothing from the stage: what is about to be broken. */
export function sketch(id: string, context: Context): Draft {
  const { random } = context
  const operation = operationNamed(id)
  const person = isForAdmins(operation) || id === 'deleteDatastore' ? 'admin' : random.pick(anyone)
  const ofMember = operation.steps[0] === 'instances' ? 'member' : person
  return {
    operation,
    person: ofMember,
    params: draftParams(operation, context),
    query: validQuery(operation, random),
    ...(operation.body ? { body: validValue(operation.body, random) } : {}),
  }
}
