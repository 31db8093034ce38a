import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { createDatastoreVersion } from '../src/operations/datastores/manage-datastore-versions.ts'
import { startWorld } from '../test/world.ts'

/**
 * Ten instances at once: how long each takes to become ACTIVE, alone and all together, and how much memory it takes when
 * nobody uses it. `node bench/instances.ts`
 */
const count = 10
const flavors = "flavors:\n  - { id: '1', name: db.small, vcpus: 1, ram: 512, disk: 1 }\n"

/** MiB that the processes of an instance take, each shared page divided among those who share it. */
function memoryMb(id: string): number {
  let kilobytes = 0
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(id)) continue
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      // It ended while we looked.
    }
  }
  return kilobytes / 1024
}

const median = (figures: readonly number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!
const world = await startWorld({
  flavors,
  worker: true,
  conf: { DEFAULT: ['default_datastore = postgresql', 'max_instances_per_tenant = -1', 'max_volumes_per_tenant = -1'] },
})
try {
  const image = (await world.ports.images.list())[0]
  if (!image) throw new Error('There is no database engine on this machine.')
  await createDatastoreVersion(world.ports, {
    datastoreName: 'postgresql',
    name: '18',
    changes: { manager: image.manager, imageId: image.id, version: image.version, active: true },
    isDefault: true,
  })
  const token = await world.tokenOf('demo')
  const base = `${world.url}/v1.0/${world.projectOf('demo')}/instances`
  const headers = { 'x-auth-token': token, 'content-type': 'application/json' }

  /** Makes one and gives its id and the seconds until it was ACTIVE. */
  const made = async (name: string) => {
    const began = performance.now()
    const body = JSON.stringify({ instance: { name, flavorRef: '1', volume: { size: 1 } } })
    const answer = await fetch(base, { method: 'POST', headers, body })
    let { instance } = (await answer.json()) as { instance: { id: string; status: string } }
    while (instance.status !== 'ACTIVE') {
      if (instance.status === 'ERROR') throw new Error(JSON.stringify(instance))
      await setTimeout(20)
      instance = ((await (await fetch(`${base}/${instance.id}`, { headers })).json()) as { instance: typeof instance })
        .instance
    }
    return { id: instance.id, seconds: (performance.now() - began) / 1000 }
  }

  const alone = [await made('first'), await made('second'), await made('third')]
  const together = await Promise.all(Array.from({ length: count - alone.length }, (_, number) => made(`db${number}`)))
  const all = [...alone, ...together]
  await setTimeout(5000)
  const memory = all.map(({ id }) => memoryMb(id))
  const seconds = (list: typeof all) => list.map(each => each.seconds)
  console.log(`${all.length} instances of 512 MiB live at once`)
  console.log(`time to ACTIVE, one at a time: ${median(seconds(alone)).toFixed(1)} s (median of ${alone.length})`)
  console.log(
    `time to ACTIVE, ${together.length} at once: ${Math.max(...seconds(together)).toFixed(1)} s until the last`,
  )
  console.log(`memory of an idle instance: ${median(memory).toFixed(0)} MiB (median)`)
} finally {
  await world.stop()
}
