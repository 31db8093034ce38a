import type { InstanceId } from '../model/ids.ts'
import type { Intent } from '../model/instance.ts'
import type { Ports } from '../ports/ports.ts'
import type { SecretKey } from '../ports/secrets.ts'

type Needs = Pick<Ports, 'stores' | 'secrets'>

export type SecretKeyChange = Readonly<{
  isResumed: boolean
  /** The number of instances with encrypted values. */
  instances: number
  /** The instances with a value whose key is no longer in the key file. */
  unreadable: readonly InstanceId[]
}>

/**
 * Re-encrypts every value in the database with a new key while API and workers keep running. If it is killed, the next
 * change of the key completes it.
 *
 * Both keys are in the key file before the first value is encrypted with the new one, so that every process can decrypt all
 * values. `lockSealing` waits for processes that encrypted a value with the old key but have not saved it yet. After that,
 * all values with the old key are visible and are re-encrypted. Then the old key is removed from the file.
 */
export const changeSecretKey = (ports: Needs, key: SecretKey): Promise<SecretKeyChange> =>
  key.change(async ({ isResumed }) => {
    let pass = await resealAll(ports)
    // In a replicated database, a value that another node saved may become visible later.
    while (pass.changed > 0) pass = await resealAll(ports)
    return { isResumed, instances: pass.instances, unreadable: pass.unreadable }
  })

type Pass = Omit<SecretKeyChange, 'isResumed'> & Readonly<{ changed: number }>

const pageSize = 100

async function resealAll({ stores, secrets }: Needs): Promise<Pass> {
  await stores.transaction(stores => stores.instances.lockSealing())
  let instances = 0
  let changed = 0
  const unreadable: InstanceId[] = []
  let after: InstanceId | undefined
  for (;;) {
    const page = await stores.instances.page({ clusteredToo: true }, after, pageSize)
    if (page.length === 0) return { instances, changed, unreadable }
    after = page.at(-1)!.id
    for (const { id, intent } of page) {
      if (!intent) continue
      instances++
      if (resealedValues(secrets, intent) === undefined) continue
      const outcome = await stores.transaction(async stores => {
        const now = (await stores.instances.lock(id))?.intent
        const resealed = now && resealedValues(secrets, now)
        if (typeof resealed === 'object') await stores.instances.saveIntent(id, { ...now!, ...resealed })
        return resealed
      })
      if (outcome === 'unreadable') unreadable.push(id)
      else if (outcome) changed++
    }
  }
}

/** Returns the values of an intent that must be re-encrypted, with the new key; undefined if there are none. */
function resealedValues(secrets: Ports['secrets'], intent: Intent): Partial<Intent> | 'unreadable' | undefined {
  const { adminPassword, preparation, nextAdminPassword } = intent
  const sealed = Object.entries({ adminPassword, preparation, nextAdminPassword })
  const all = sealed.map(([name, text]) => [name, text === null ? 'as it is' : secrets.reseal(text)] as const)
  const resealed = all.flatMap(([name, result]) => (typeof result === 'object' ? [[name, result.sealed]] : []))
  if (resealed.length > 0) return Object.fromEntries(resealed)
  return all.some(([, result]) => result === 'unreadable') ? 'unreadable' : undefined
}
