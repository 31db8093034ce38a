import type { InstanceId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { Ports } from '../../ports/ports.ts'
import { refusal } from '../../rules/refusals.ts'
import { instanceNotFound } from './find-instance.ts'

type Needs = Pick<Ports, 'stores' | 'secrets' | 'clock' | 'wakeWorker'>

/** The result for one instance. */
export type PasswordChange = Readonly<{ id: InstanceId; name: string; isChanged: boolean; problem?: string }>

export type PasswordChangeOptions = Readonly<{
  /** The time to wait for the worker, which continues afterwards. */
  waitMs: number
  pause(ms: number): Promise<void>
  /** Called whenever the number of changed passwords has changed. */
  progress(changed: number, total: number): void
}>

const glanceMs = 250

/**
 * Gives the administrators of some or all instances new passwords. This only records the new passwords and waits; the worker
 * changes them, even if the wait is interrupted. If a change is already in progress, this waits for it instead of starting
 * another one.
 */
export async function changeAdminPasswords(
  ports: Needs,
  ids: readonly InstanceId[] | 'all',
  { waitMs, pause, progress }: PasswordChangeOptions,
): Promise<PasswordChange[]> {
  const instances = ids === 'all' ? await allOurs(ports) : await Promise.all(ids.map(id => findOwn(ports, id)))
  const results = new Map<InstanceId, PasswordChange>()
  for (const { id, name } of instances) {
    const problem = await begin(ports, id)
    if (problem !== undefined) results.set(id, { id, name, isChanged: false, problem })
  }
  ports.wakeWorker()
  const waiting = instances.filter(({ id }) => !results.has(id))
  const total = waiting.length
  const giveUpAtMs = performance.now() + waitMs
  const claimed = new Set<InstanceId>()
  let reportedCount = -1
  for (;;) {
    const isOver = performance.now() >= giveUpAtMs
    for (const { id, name } of waiting.filter(({ id }) => !results.has(id))) {
      const instance = await ports.stores.instances.byId(id)
      if ((instance?.intent?.claim?.untilMs ?? 0) >= ports.clock.now().getTime()) claimed.add(id)
      const problem = instance && stillPending(instance, claimed.has(id))
      if (problem === undefined) results.set(id, { id, name, isChanged: instance !== undefined, ...gone(instance) })
      else if (isOver) results.set(id, { id, name, isChanged: false, problem })
      else await makeDue(ports, id)
    }
    const changed = waiting.filter(({ id }) => results.get(id)?.isChanged).length
    if (changed !== reportedCount) progress(changed, total)
    reportedCount = changed
    if (results.size === instances.length) return instances.map(({ id }) => results.get(id)!)
    await pause(glanceMs)
  }
}

const wasDeleted = 'The instance was deleted in the meantime.'
const gone = (instance: Instance | undefined) => (instance ? {} : { problem: wasDeleted })

async function findOwn({ stores }: Needs, id: InstanceId): Promise<Instance> {
  const instance = await stores.instances.byId(id)
  if (!instance) throw await instanceNotFound(stores.instances, id, undefined)
  if (!instance.intent) throw refusal.instance_managed_elsewhere({ id })
  return instance
}

const pageSize = 100

/** Excludes instances of another Trove, because only that Trove knows the passwords of their administrators. */
async function allOurs({ stores }: Needs): Promise<Instance[]> {
  const all: Instance[] = []
  for (;;) {
    const page = await stores.instances.page({ clusteredToo: true }, all.at(-1)?.id, pageSize)
    all.push(...page)
    if (page.length < pageSize) return all.filter(({ intent }) => intent !== undefined)
  }
}

/**
 * Records the next password, unless there already is one. The generation of the intent stays the same, so a worker in the
 * middle of a step is not interrupted; it finds the password at its next check.
 *
 * @returns why the password cannot be changed; undefined if it can
 */
const begin = ({ stores, secrets, clock }: Needs, id: InstanceId): Promise<string | undefined> =>
  stores.transaction(async stores => {
    await stores.instances.lockSealing()
    const intent = (await stores.instances.lock(id))?.intent
    if (!intent) return wasDeleted
    if (intent.action === 'delete') return 'The instance is being deleted.'
    if (intent.nextAtMs === null) return 'The instance was never built. Delete it.'
    const nextAdminPassword = intent.nextAdminPassword ?? secrets.seal(secrets.newPassword())
    await stores.instances.saveIntent(id, { ...intent, nextAdminPassword, nextAtMs: clock.now().getTime() })
    return undefined
  })

/** A worker that checked the instance just before the password was recorded would otherwise return only after a while. */
const makeDue = ({ stores, clock }: Needs, id: InstanceId): Promise<void> =>
  stores.transaction(async stores => {
    const intent = (await stores.instances.lock(id))?.intent
    const nowMs = clock.now().getTime()
    // After a failure, keep the delay before the next attempt.
    if (!intent?.nextAtMs || intent.claim || intent.failures > 0 || intent.nextAtMs <= nowMs) return
    await stores.instances.saveIntent(id, { ...intent, nextAtMs: nowMs })
  })

/** Returns why the password is not changed yet; undefined if it is. */
function stillPending({ intent, serverStatus, serviceStatus }: Instance, wasClaimed: boolean): string | undefined {
  if (!intent || intent.nextAdminPassword === null) return undefined
  if (serverStatus === 'ERROR' || serviceStatus === 'FAILED')
    return 'The instance is in ERROR; its fault shows the reason. The password will be changed when its server runs.'
  if (intent.failures > 0) return 'A step failed and will be retried; the fault of the instance shows the reason.'
  return wasClaimed
    ? 'The worker has not finished yet.'
    : 'No worker has processed the instance. Start the service or trove-taskmanager to change the password.'
}
