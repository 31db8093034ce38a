import { isTree, type Tree, textOf } from '../plan/plan-values.ts'
import {
  type InstanceBody,
  nameSubstitute,
  passwordSubstitute,
  type RequestedInstance,
  sizeSubstitute,
} from '../requested-instance.ts'
import { type Resolved, resolve, type Scope } from './scope.ts'

type Made = Pick<RequestedInstance, 'request' | 'omissions'>

/** Reads properties one by one, and collects why some have no value. */
function reader(properties: Tree, scope: Scope) {
  const omissions: string[] = []
  return {
    omissions,
    /** The value of a property that the check cannot do without. */
    required: (name: string): Resolved => resolve(properties[name], scope),
    /** The value of any other; undefined if it has none. */
    optional(name: string, substitute?: unknown): unknown {
      const resolved = resolve(properties[name], scope)
      if ('value' in resolved) return resolved.value === null ? undefined : resolved.value
      omissions.push(`${name} ${resolved.gap}`)
      return substitute
    },
  }
}

const gapsOf = (values: Readonly<Record<string, Resolved>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => ('gap' in value ? [`${name} ${value.gap}`] : []))

const valueOrUndefined = (resolved: Resolved): unknown =>
  'value' in resolved && resolved.value !== null ? resolved.value : undefined

/** The create request of an OS::Trove::Instance. */
export function instanceRequest(properties: Tree, scope: Scope): Made {
  const { required, optional, omissions } = reader(withoutPasswords(properties), scope)
  const needed = {
    flavor: required('flavor'),
    datastore_type: required('datastore_type'),
    datastore_version: required('datastore_version'),
  }
  const gaps = gapsOf(needed)
  if (gaps.length > 0) return { request: { kind: 'none', reason: gaps.join(', ') }, omissions: [] }
  const restorePoint = optional('restore_point')
  const body = {
    name: optional('name', nameSubstitute) ?? nameSubstitute,
    ...bodyOf(needed.flavor, optional('size', sizeSubstitute), needed.datastore_type, needed.datastore_version),
    ...definedOf({
      availability_zone: optional('availability_zone'),
      replica_of: optional('replica_of'),
      replica_count: optional('replica_count'),
      restorePoint: restorePoint === undefined ? undefined : { backupRef: restorePoint },
      nics: listOf(optional('networks'), nicOf),
      databases: listOf(optional('databases'), databaseOf),
      users: listOf(optional('users'), userOf),
    }),
  }
  return { request: { kind: 'create', body: body as InstanceBody, isFlavorByName: true }, omissions }
}

/** The create requests of the members of an OS::Trove::Cluster. A cluster has at least one, so that a gap is reported. */
export function clusterRequests(properties: Tree, scope: Scope): Made[] {
  const { required } = reader(properties, scope)
  const common = { datastore_type: required('datastore_type'), datastore_version: required('datastore_version') }
  const members = Array.isArray(properties.instances) ? properties.instances : [{}]
  return members.filter(isTree).map((member, index) => {
    const own = reader(member, scope)
    const flavor = own.required('flavor')
    const gaps = gapsOf({ flavor, ...common })
    if (gaps.length > 0) return { request: { kind: 'none', reason: gaps.join(', ') }, omissions: [] }
    const size = own.optional('volume_size', sizeSubstitute)
    const body = {
      name: `${valueOrUndefined(resolve(properties.name, scope)) ?? nameSubstitute}-${index}`,
      ...bodyOf(flavor, size, common.datastore_type, common.datastore_version),
      ...definedOf({
        availability_zone: own.optional('availability_zone'),
        nics: listOf(own.optional('networks'), nicOf),
      }),
    }
    return { request: { kind: 'create', body: body as InstanceBody, isFlavorByName: true }, omissions: own.omissions }
  })
}

function bodyOf(flavor: Resolved, size: unknown, type: Resolved, version: Resolved) {
  const flavorRef = valueOrUndefined(flavor)
  const datastore = definedOf({ type: textOrUndefined(type), version: textOrUndefined(version) })
  return {
    ...(flavorRef === undefined ? {} : { flavorRef: String(flavorRef) }),
    ...(size === undefined ? {} : { volume: { size } }),
    ...(Object.keys(datastore).length === 0 ? {} : { datastore }),
  }
}

function textOrUndefined(resolved: Resolved): string | undefined {
  const value = valueOrUndefined(resolved)
  return value === undefined || value === '' ? undefined : String(value)
}

/** Passwords are not sent, so it does not matter where they come from. */
function withoutPasswords(properties: Tree): Tree {
  if (!Array.isArray(properties.users)) return properties
  const users = properties.users.map(user => (isTree(user) ? { ...user, password: passwordSubstitute } : user))
  return { ...properties, users }
}

function listOf<T>(value: unknown, make: (entry: Tree) => T): readonly T[] | undefined {
  const entries = Array.isArray(value) ? value.filter(isTree) : []
  return entries.length === 0 ? undefined : entries.map(make)
}

const nicOf = (entry: Tree) =>
  definedOf({
    'net-id': textOf(entry, 'network'),
    'port-id': textOf(entry, 'port'),
    'v4-fixed-ip': textOf(entry, 'fixed_ip'),
  })

const databaseOf = (entry: Tree) => ({
  name: textOf(entry, 'name') ?? '',
  // Heat's defaults.
  character_set: textOf(entry, 'character_set') ?? 'utf8',
  collate: textOf(entry, 'collate') ?? 'utf8_general_ci',
})

const userOf = (entry: Tree) => ({
  name: textOf(entry, 'name') ?? '',
  password: passwordSubstitute,
  ...definedOf({
    host: textOf(entry, 'host'),
    databases: Array.isArray(entry.databases) ? entry.databases.map(name => ({ name: String(name) })) : undefined,
  }),
})

const definedOf = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
