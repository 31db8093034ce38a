import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Image } from '../../model/image.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { followingImages, imageOfVersion } from '../../rules/instance/version-image.ts'
import { activityKey } from './manage-datastore-versions.ts'

type Needs = Pick<Ports, 'stores' | 'compute' | 'images' | 'clock'>

/**
 * Switches off each version that cannot be made from anything here any more, and on again those that were switched off
 * here when their image is back.
 *
 * @returns what was done, in sentences for an operator
 */
export async function followImages(ports: Needs): Promise<readonly string[]> {
  const [lost, images] = [await ports.compute.lostImages(), await ports.images.list()]
  const actor = `worker ${await ports.compute.place()}`
  const said: string[] = []
  for (const datastore of await ports.stores.datastores.list())
    for (const seen of await ports.stores.versions.list(datastore.id)) {
      // Nearly always there is nothing to do, and nobody to be kept waiting.
      if (followingImages({ version: seen, images, lost, isOffByUs: true }) === undefined) continue
      const sentence = await ports.stores.transaction(async stores => {
        const version = await stores.versions.lock(seen.id)
        return version && follow({ stores, clock: ports.clock, actor, lost, images }, datastore, version)
      })
      if (sentence !== undefined) said.push(sentence)
    }
  return said
}

type Sight = Readonly<{
  stores: Pick<Stores, 'versions' | 'events'>
  clock: Ports['clock']
  actor: string
  lost: readonly Pick<Image, 'id' | 'name' | 'tags'>[]
  images: readonly Image[]
}>

async function follow(sight: Sight, datastore: Datastore, version: DatastoreVersion): Promise<string | undefined> {
  const { stores, clock, actor, lost, images } = sight
  const last = (await stores.events.list(version.id, [activityKey]))[0]
  const isOffByUs = last?.action === 'switched_off' && last.actor === actor
  const to = followingImages({ version, images, lost, isOffByUs })
  if (to === undefined) return undefined
  const { id, name } = imageOfVersion(version, to === 'on' ? images : lost)!
  await stores.versions.update({ ...version, active: to === 'on' })
  const event = { id: clock.newId(), created: clock.now(), actor, requestId: null, versionId: version.id }
  await stores.events.append([
    { ...event, action: to === 'on' ? 'switched_on' : 'switched_off', key: activityKey, value: id },
  ])
  const which = `version '${version.name}' of datastore '${datastore.name}'`
  return to === 'on'
    ? `${name} is on this machine again: ${which} is active.`
    : `${name} is not on this machine any more: ${which} is inactive until it is installed again.`
}
