import type { InstanceId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { Ports } from '../../ports/ports.ts'
import { refusal } from '../../rules/refusals.ts'

type Needs = Pick<Ports, 'stores' | 'secrets' | 'clock' | 'wakeWorker'>

/** What came of the change of one administrator's password. */
export type PasswordChange = Readonly<{ id: InstanceId; name: string; isChanged: boolean; problem?: string }>

export type PasswordChangeOptions = Readonly<{
  /** How long to wait for the worker, which goes on afterwards. */
  waitMs: number
  pause(ms: number): Promise<void>
  /** Told how many are changed, whenever that is another number. */
  progress(changed: number, total: number): void
}>

const glanceMs = 250

/**
 * Has the worker give the administrators of these instances, or of all, new passwords, and waits for it. What is written
 * down is done also when nobody waits for it any more; a change that is under way is waited for, not begun once more.
 */
export async function changeAdminPasswords(
  ports: Needs,
  ids: readonly InstanceId[] | 'all',
  { waitMs, pause, progress }: PasswordChangeOptions,
): Promise<PasswordChange[]> {
  const instances = ids === 'all' ? await allOurs(ports) : await Promise.all(ids.map(id => found(ports, id)))
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
  let told = -1
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
    if (changed !== told) progress(changed, total)
    told = changed
    if (results.size === instances.length) return instances.map(({ id }) => results.get(id)!)
    await pause(glanceMs)
  }
}

const gone = (instance: Instance | undefined) => (instance ? {} : { problem: 'It was deleted meanwhile.' })

async function found({ stores }: Needs, id: InstanceId): Promise<Instance> {
  const instance = await stores.instances.byId(id)
  if (!instance) throw refusal.instance_not_found({ id })
  if (!instance.intent) throw refusal.instance_managed_elsewhere({ id })
  return instance
}

const pageSize = 100

/** Those of another Trove have an administrator that only that one knows. */
async function allOurs({ stores }: Needs): Promise<Instance[]> {
  const all: Instance[] = []
  for (;;) {
    const page = await stores.instances.page({ clusteredToo: true }, all.at(-1)?.id, pageSize)
    all.push(...page)
    if (page.length < pageSize) return all.filter(({ intent }) => intent !== undefined)
  }
}

/**
 * Writes the next password down, unless there is one. Of the intent nothing else changes: whoever works on it goes on, and
 * finds at the next look that there is more to do.
 *
 * @returns why it cannot be changed
 */
const begin = ({ stores, secrets, clock }: Needs, id: InstanceId): Promise<string | undefined> =>
  stores.transaction(async stores => {
    await stores.instances.lockSealing()
    const intent = (await stores.instances.lock(id))?.intent
    if (!intent) return 'It was deleted meanwhile.'
    if (intent.action === 'delete') return 'It is being deleted.'
    if (intent.nextAtMs === null) return 'It was never built. Delete it.'
    const nextAdminPassword = intent.nextAdminPassword ?? secrets.seal(secrets.newPassword())
    await stores.instances.saveIntent(id, { ...intent, nextAdminPassword, nextAtMs: clock.now().getTime() })
    return undefined
  })

/** A worker that looked just before the password was written down would come back a while later only. */
const makeDue = ({ stores, clock }: Needs, id: InstanceId): Promise<void> =>
  stores.transaction(async stores => {
    const intent = (await stores.instances.lock(id))?.intent
    const nowMs = clock.now().getTime()
    // One that failed waits for its turn.
    if (!intent?.nextAtMs || intent.claim || intent.failures > 0 || intent.nextAtMs <= nowMs) return
    await stores.instances.saveIntent(id, { ...intent, nextAtMs: nowMs })
  })

/** Why it is not changed yet; undefined when it is. */
function stillPending({ intent, serverStatus, serviceStatus }: Instance, wasClaimed: boolean): string | undefined {
  if (!intent || intent.nextAdminPassword === null) return undefined
  if (serverStatus === 'ERROR' || serviceStatus === 'FAILED')
    return 'It is in ERROR, and its fault says why. The password is changed once its server runs.'
  if (intent.failures > 0) return 'A step failed, and is tried again; the fault of the instance says why.'
  return wasClaimed
    ? 'The worker is not done with it yet.'
    : 'No worker has looked at it. Start the service, or trove-taskmanager: the password is changed then.'
}
