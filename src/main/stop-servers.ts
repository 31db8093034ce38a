import { DatabaseAway } from '../model/fault.ts'
import type { InstanceId } from '../model/ids.ts'
import type { Ports } from '../ports/ports.ts'

/**
 * Stops every database server of this host, for a service that runs in a single process; the next start starts them again.
 * Stops them even if their state cannot be saved because the database is unreachable: the next start checks each one.
 */
export async function stopServers({ compute, stores, clock }: Ports, say: (progress: string) => void): Promise<void> {
  const kept = await compute.instanceIds()
  const running = await Promise.all(kept.map(async id => ((await compute.observe(id)).process ? [id] : [])))
  const ids = running.flat()
  if (ids.length === 0) return
  const saveStopped = (id: InstanceId) =>
    stores.transaction(async stores => {
      const instance = await stores.instances.lock(id)
      if (!instance?.intent) return
      const isHealthy = instance.serviceStatus === 'HEALTHY'
      if (isHealthy) await stores.instances.saveState(id, { ...instance, serviceStatus: 'SHUTDOWN' }, clock.now())
      await stores.instances.saveIntent(id, { ...instance.intent, process: null })
    })
  say(`Stopping ${ids.length === 1 ? 'the database server' : `${ids.length} database servers`} …`)
  await Promise.all(
    ids.map(async id => {
      await compute.stop(id)
      await saveStopped(id).catch(error => {
        if (!(error instanceof DatabaseAway)) throw error
      })
    }),
  )
}
