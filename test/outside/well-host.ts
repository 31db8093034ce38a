import type { Instance, Intent } from '../../src/model/instance.ts'
import { tasks } from '../../src/model/instance-task.ts'
import type { Compute, Observation } from '../../src/ports/compute.ts'
import type { DatabaseServer } from '../../src/ports/database-server.ts'
import { securingVersion } from '../../src/rules/instance/next-step.ts'
import { newInstance } from '../store/instance-rows.ts'

/** A driver that takes the place of a host with thousands of servers: it finds all of them well, at once. */
export const wellHost = (place: string, ids: readonly string[]) => {
  const stopped = new Set<string>()
  const checked: string[] = []
  const observed: Observation = {
    room: { vcpus: 1, ramMb: 512 },
    lostImage: undefined,
    address: { host: '127.0.0.1', port: 20_000 },
    initialised: true,
    settings: {},
    process: '1:1',
  }
  const stoppedObserved: Observation = { ...observed, process: undefined }
  const server = { answers: async () => true } as unknown as DatabaseServer
  const host: Partial<Compute> = {
    place: async () => place,
    images: async () => [],
    lostImages: async () => [],
    missingIsolation: async () => [],
    instanceIds: async () => ids,
    async observe(id) {
      checked.push(id)
      return stopped.has(id) ? stoppedObserved : observed
    },
    start: async id => void stopped.delete(id),
    settingsFor: () => ({}),
    isolation: async () => undefined,
    diskUse: async () => ({ bytes: 1024, walBytes: null }),
    server: () => server,
  }
  return { compute: host as Compute, stopped, checked }
}

/** An instance of such a host, as a worker saved it. */
export function wellInstance(versionId: string, intent: Partial<Intent>): Instance {
  const { intent: initial, ...instance } = newInstance(versionId)
  return {
    ...instance,
    taskId: tasks.NONE,
    serverStatus: 'ACTIVE',
    serviceStatus: 'HEALTHY',
    intent: {
      ...initial!,
      action: 'keep',
      process: '1:1',
      address: { host: '127.0.0.1', port: 20_000 },
      preparation: null,
      secured: securingVersion,
      ...intent,
    },
  }
}
