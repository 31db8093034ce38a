import {
  nameSubstitute,
  passwordSubstitute,
  type Request,
  type RequestedInstance,
  sizeSubstitute,
} from '../requested-instance.ts'
import { isTree, type PlannedValues, plannedValue, type Tree, textOf, treesOf } from './plan-values.ts'

/** The resource of the OpenStack provider that is an instance of Trove. */
const instanceType = 'openstack_db_instance_v1'

/**
 * Returns why a JSON document is not a plan that can be read here, or undefined. The words follow a colon.
 *
 * The format is https://developer.hashicorp.com/terraform/internals/json-format, whose minor versions only add to it. Formats
 * below 1.0 are those of Terraform before 1.1.
 */
export function planProblem(document: Tree): string | undefined {
  const { format_version: version } = document
  if (typeof version !== 'string' || !/^[01]\./.test(version))
    return `its format_version is ${JSON.stringify(version)}; supported are 0 and 1`
  if ('resource_changes' in document || 'planned_values' in document) return undefined
  return 'it is the state of Terraform, not a plan. Run `terraform plan -out=plan.bin`, then `terraform show -json plan.bin`'
}

/** Reads the instances that a plan creates, replaces or resizes, in its order. */
export function readPlan(document: Tree, path: string): RequestedInstance[] {
  const changes = treesOf(document.resource_changes)
  // Terraform puts off what depends on something that it does not know yet.
  const deferred = treesOf(document.deferred_changes).flatMap(({ resource_change: change, reason }) =>
    isTree(change) ? [{ change, reason }] : [],
  )
  return [
    ...changes.filter(isInstance).flatMap(change => readChange(change, path)),
    ...deferred
      .filter(({ change }) => isInstance(change))
      .map(({ change, reason }) => ({
        ...emptyInstance(change, path),
        request: { kind: 'none' as const, reason: `Terraform defers it (${reason})` },
      })),
  ]
}

/** Data sources only read. */
const isInstance = ({ type, mode }: Tree) => type === instanceType && mode !== 'data'

const emptyInstance = (change: Tree, path: string) => ({
  address: textOf(change, 'address') ?? `${instanceType}.${textOf(change, 'name') ?? ''}`,
  place: { path },
  region: undefined,
  omissions: [],
  flavorField: 'flavor_id',
})

function readChange(resource: Tree, path: string): RequestedInstance[] {
  const change = isTree(resource.change) ? resource.change : {}
  const actions = Array.isArray(change.actions) ? change.actions : []
  const part = (name: string): Tree => (isTree(change[name]) ? change[name] : {})
  const values = { after: part('after'), unknown: part('after_unknown'), sensitive: part('after_sensitive') }
  const region = plannedValue(values, 'region')
  const instance = {
    ...emptyInstance(resource, path),
    region: 'value' in region && typeof region.value === 'string' ? region.value : undefined,
  }
  // A replacement is a create as well, before or after the delete.
  if (actions.includes('create')) return [{ ...instance, ...createRequest(values) }]
  if (!actions.includes('update')) return []
  const request = resizeRequest(part('before'), values)
  return request ? [{ ...instance, request }] : []
}

/** Returns undefined if the update leaves the flavor as it is. */
function resizeRequest(before: Tree, values: PlannedValues): Request | undefined {
  const flavor = plannedValue(values, 'flavor_id')
  if ('gap' in flavor) return { kind: 'none', reason: `flavor_id ${flavor.gap}` }
  const instanceId = textOf(before, 'id')
  if (flavor.value === undefined || flavor.value === before.flavor_id || instanceId === undefined) return undefined
  return { kind: 'resize', instanceId, flavorId: String(flavor.value) }
}

function createRequest(planned: PlannedValues): Pick<RequestedInstance, 'request' | 'omissions'> {
  const values = withoutPasswords(planned)
  const omissions: string[] = []
  /** What the check cannot do without. */
  const gaps = ['flavor_id', 'datastore'].flatMap(field => {
    const value = plannedValue(values, field)
    return 'gap' in value ? [`${field} ${value.gap}`] : []
  })
  if (gaps.length > 0) return { request: { kind: 'none', reason: gaps.join(', ') }, omissions }
  const known = (field: string, substitute?: unknown): unknown => {
    const found = plannedValue(values, field)
    if ('value' in found) return found.value
    omissions.push(`${field} ${found.gap}`)
    return substitute
  }
  const flavor = known('flavor_id')
  const body = {
    name: String(known('name', nameSubstitute) ?? ''),
    ...(flavor === undefined ? {} : { flavorRef: String(flavor) }),
    ...volumeOf(known('size', sizeSubstitute), known('volume_type')),
    ...datastoreOf(treesOf(known('datastore'))[0]),
    ...listOf('nics', treesOf(known('network')).map(nicOf)),
    ...listOf('databases', treesOf(known('database')).map(databaseOf)),
    ...listOf('users', treesOf(known('user')).map(userOf)),
  }
  return { request: { kind: 'create', body, isFlavorByName: false }, omissions }
}

/** The users are known even if their passwords are not, which are not sent. */
function withoutPasswords(values: PlannedValues): PlannedValues {
  const user = treesOf(values.unknown.user).map(({ password: _, ...marks }) => marks)
  return Array.isArray(values.unknown.user) ? { ...values, unknown: { ...values.unknown, user } } : values
}

const listOf = <Name extends string, T>(name: Name, list: readonly T[]) =>
  (list.length === 0 ? {} : { [name]: list }) as { [key in Name]?: readonly T[] }

const volumeOf = (size: unknown, type: unknown) =>
  size === undefined ? {} : { volume: { size: size as number, ...(typeof type === 'string' ? { type } : {}) } }

function datastoreOf(block: Tree | undefined) {
  if (!block) return {}
  return { datastore: definedOf({ type: textOf(block, 'type'), version: textOf(block, 'version') }) }
}

const nicOf = (block: Tree) =>
  definedOf({
    'net-id': textOf(block, 'uuid'),
    'port-id': textOf(block, 'port'),
    'v4-fixed-ip': textOf(block, 'fixed_ip_v4'),
    'v6-fixed-ip': textOf(block, 'fixed_ip_v6'),
  })

const databaseOf = (block: Tree) => ({
  name: textOf(block, 'name') ?? '',
  ...definedOf({ character_set: textOf(block, 'charset'), collate: textOf(block, 'collate') }),
})

const userOf = (block: Tree) => ({
  name: textOf(block, 'name') ?? '',
  password: passwordSubstitute,
  ...definedOf({ host: textOf(block, 'host') }),
  ...listOf('databases', Array.isArray(block.databases) ? block.databases.map(name => ({ name: String(name) })) : []),
})

const definedOf = <T extends Record<string, string | undefined>>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [key in keyof T]?: string }
