import type { Caller } from '../../model/caller.ts'
import type { InstanceId } from '../../model/ids.ts'
import { type Refused, refuse } from '../../model/refused.ts'
import type {
  DatabaseContents,
  DatabaseProblem,
  DatabaseRequest,
  DatabaseServer,
  DatabaseUser,
  UserRequest,
} from '../../ports/database-server.ts'
import type { Ports } from '../../ports/ports.ts'
import { contentRefusal } from '../../rules/instance/engine-contents.ts'
import { insideRefusal } from '../../rules/instance/lifecycle.ts'
import { refusal } from '../../rules/refusals.ts'
import { findInstance } from './find-instance.ts'

type Needs = Pick<Ports, 'stores' | 'compute' | 'secrets'>

/**
 * Returns the database server of an instance. Refuses an instance that is unknown to the caller, or not ACTIVE. The
 * operations of this module change databases, users and root directly in the server, without the worker, so they take
 * effect before the response.
 */
async function serverOf(
  ports: Needs,
  caller: Caller,
  id: InstanceId,
): Promise<{ manager: string; server: DatabaseServer }> {
  const instance = await findInstance(ports.stores.instances, caller, id)
  const refused = insideRefusal(instance)
  if (refused) throw refused
  const { manager, address, adminPassword } = instance.intent!
  if (!address) throw refusal.instance_not_ready({ id, status: 'BUILD' })
  return { manager, server: ports.compute.server(manager, address, ports.secrets.unseal(adminPassword)) }
}

/** Returns access to the databases and users in a server. Refuses engines that have none. */
async function contentsOf(ports: Needs, caller: Caller, id: InstanceId): Promise<DatabaseContents> {
  const { manager, server } = await serverOf(ports, caller, id)
  if (!server.contents) throw refusal.contents_unsupported({ manager })
  return server.contents
}

function problemRefusal(problem: DatabaseProblem | undefined): Refused | undefined {
  switch (problem?.kind) {
    case undefined:
      return undefined
    case 'database exists':
      return refusal.database_exists(problem)
    case 'database missing':
      return refusal.database_not_found(problem)
    case 'user exists':
      return refusal.user_exists(problem)
    case 'user missing':
      return refusal.user_not_found(problem)
    case 'unusable':
      return refusal.database_or_user_unusable(problem)
  }
}

export const listDatabases = async (ports: Needs, caller: Caller, id: InstanceId): Promise<string[]> =>
  (await contentsOf(ports, caller, id)).databases()

/** Creates all or none: if one is refused, those created before it are removed again. */
async function createAll<Request extends { name: string }>(
  requests: readonly Request[],
  create: (request: Request) => Promise<DatabaseProblem | undefined>,
  remove: (name: string) => Promise<unknown>,
): Promise<void> {
  const createdNames: string[] = []
  try {
    for (const request of requests) {
      refuse(problemRefusal(await create(request)))
      createdNames.push(request.name)
    }
  } catch (error) {
    for (const name of createdNames.reverse()) await remove(name)
    throw error
  }
}

/** Creates databases: all of them or none. */
export async function createDatabases(
  ports: Needs,
  caller: Caller,
  id: InstanceId,
  requests: readonly DatabaseRequest[],
): Promise<void> {
  const contents = await contentsOf(ports, caller, id)
  refuseNames('database', requests)
  await createAll(requests, contents.createDatabase, contents.dropDatabase)
}

function refuseNames(what: 'database' | 'user', requests: readonly Parameters<typeof contentRefusal>[1][]): void {
  for (const request of requests) refuse(contentRefusal(what, request))
}

export async function deleteDatabase(ports: Needs, caller: Caller, id: InstanceId, name: string): Promise<void> {
  refuse(problemRefusal(await (await contentsOf(ports, caller, id)).dropDatabase(name)))
}

export const listUsers = async (ports: Needs, caller: Caller, id: InstanceId): Promise<DatabaseUser[]> =>
  (await contentsOf(ports, caller, id)).users()

export async function showUser(ports: Needs, caller: Caller, id: InstanceId, name: string): Promise<DatabaseUser> {
  const user = (await listUsers(ports, caller, id)).find(user => user.name === name)
  if (!user) throw refusal.user_not_found({ name })
  return user
}

export async function createUsers(
  ports: Needs,
  caller: Caller,
  id: InstanceId,
  requests: readonly UserRequest[],
): Promise<void> {
  const contents = await contentsOf(ports, caller, id)
  refuseNames('user', requests)
  await createAll(requests, contents.createUser, contents.dropUser)
}

/** Changes passwords. If one of the users is unknown, no password is changed. */
export async function changePasswords(
  ports: Needs,
  caller: Caller,
  id: InstanceId,
  users: readonly { name: string; password: string }[],
): Promise<void> {
  const contents = await contentsOf(ports, caller, id)
  const names = new Set((await contents.users()).map(({ name }) => name))
  for (const { name } of users) if (!names.has(name)) throw refusal.user_not_found({ name })
  for (const { name, password } of users) refuse(problemRefusal(await contents.changeUser(name, { password })))
}

export async function changeUser(
  ports: Needs,
  caller: Caller,
  id: InstanceId,
  name: string,
  change: { name?: string | undefined; password?: string | undefined },
): Promise<void> {
  const contents = await contentsOf(ports, caller, id)
  if (change.name !== undefined) refuseNames('user', [{ name: change.name }])
  refuse(problemRefusal(await contents.changeUser(name, change)))
}

export async function deleteUser(ports: Needs, caller: Caller, id: InstanceId, name: string): Promise<void> {
  refuse(problemRefusal(await (await contentsOf(ports, caller, id)).dropUser(name)))
}

export async function grantDatabases(
  ports: Needs,
  caller: Caller,
  id: InstanceId,
  user: string,
  databases: readonly string[],
): Promise<void> {
  refuse(problemRefusal(await (await contentsOf(ports, caller, id)).grant(user, databases)))
}

export async function revokeDatabase(
  ports: Needs,
  caller: Caller,
  id: InstanceId,
  user: string,
  database: string,
): Promise<void> {
  const { databases } = await showUser(ports, caller, id, user)
  if (!databases.includes(database)) throw refusal.database_not_found({ name: database })
  refuse(problemRefusal(await (await contentsOf(ports, caller, id)).revoke(user, database)))
}

/** True if root was ever enabled. As in Trove, it stays true after root was disabled. */
export async function isRootEnabled(ports: Needs, caller: Caller, id: InstanceId): Promise<boolean> {
  const instance = await findInstance(ports.stores.instances, caller, id)
  return (await ports.stores.instances.rootEnabledAt(instance.id)) !== undefined
}

/** Enables root, and returns its password: the requested one or a new one. The password is not stored anywhere. */
export async function enableRoot(
  ports: Needs & Pick<Ports, 'clock'>,
  caller: Caller,
  id: InstanceId,
  password: string | undefined,
): Promise<{ name: string; password: string }> {
  const { server } = await serverOf(ports, caller, id)
  const secret = password ?? ports.secrets.newPassword()
  // Record it first. If a crash comes in between, a false record is better than an enabled root without a record.
  await ports.stores.transaction(stores => stores.instances.markRootEnabled(id, caller.userId, ports.clock.now()))
  return { name: await server.enableRoot(secret), password: secret }
}

export async function disableRoot(ports: Needs, caller: Caller, id: InstanceId): Promise<void> {
  await (await serverOf(ports, caller, id)).server.disableRoot()
}
