import type { InstanceId } from '../model/ids.ts'
import type { Intent } from '../model/instance.ts'
import type { Ports } from '../ports/ports.ts'
import type { SecretKey } from '../ports/secrets.ts'

type Needs = Pick<Ports, 'stores' | 'secrets'>

export type SecretKeyChange = Readonly<{
  isResumed: boolean
  /** How many instances have something sealed. */
  instances: number
  /** Those of which something is sealed with a key that is in no file any more. */
  unreadable: readonly InstanceId[]
}>

/**
 * Seals everything in the database with a new key, while API and workers go on. It can be killed anywhere, and is then
 * ended by the next one.
 *
 * Both keys are in the file before anything is sealed with the new one, so that whoever reads the database can open all of
 * it. What a process sealed with the old key and has not saved yet is waited for (`lockSealing`): from then on everything
 * that the old key sealed can be seen, and is sealed anew; then the old key is taken out of the file.
 */
export const changeSecretKey = (ports: Needs, key: SecretKey): Promise<SecretKeyChange> =>
  key.change(async ({ isResumed }) => {
    let pass = await sealAnew(ports)
    // A database that is replicated may show what another node saved a moment late.
    while (pass.changed > 0) pass = await sealAnew(ports)
    return { isResumed, instances: pass.instances, unreadable: pass.unreadable }
  })

type Pass = Omit<SecretKeyChange, 'isResumed'> & Readonly<{ changed: number }>

const pageSize = 100

async function sealAnew({ stores, secrets }: Needs): Promise<Pass> {
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
      if (intentSealedAnew(secrets, intent) === undefined) continue
      const outcome = await stores.transaction(async stores => {
        const now = (await stores.instances.lock(id))?.intent
        const anew = now && intentSealedAnew(secrets, now)
        if (typeof anew === 'object') await stores.instances.saveIntent(id, { ...now!, ...anew })
        return anew
      })
      if (outcome === 'unreadable') unreadable.push(id)
      else if (outcome) changed++
    }
  }
}

/** What of an intent has to be sealed anew; undefined when nothing has. */
function intentSealedAnew(secrets: Ports['secrets'], intent: Intent): Partial<Intent> | 'unreadable' | undefined {
  const { adminPassword, preparation, nextAdminPassword } = intent
  const sealed = Object.entries({ adminPassword, preparation, nextAdminPassword })
  const all = sealed.map(([name, text]) => [name, text === null ? 'as it is' : secrets.reseal(text)] as const)
  const anew = all.flatMap(([name, found]) => (typeof found === 'object' ? [[name, found.sealed]] : []))
  if (anew.length > 0) return Object.fromEntries(anew)
  return all.some(([, found]) => found === 'unreadable') ? 'unreadable' : undefined
}
