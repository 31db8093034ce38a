import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Image } from '../../model/image.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { followingImages, imageOfVersion } from '../../rules/instance/version-image.ts'
import { activityKey } from '../../rules/policy-history/event-keys.ts'

type Needs = Pick<Ports, 'stores' | 'compute' | 'clock'>

/**
 * Deactivates versions whose image is no longer on this host, and activates them again when the image is back. Versions
 * that an operator deactivated stay inactive.
 *
 * @returns one sentence for the operator for each change
 */
export async function followImages(ports: Needs): Promise<readonly string[]> {
  const [lost, images] = [await ports.compute.lostImages(), await ports.compute.images()]
  const actor = `worker ${await ports.compute.place()}`
  const sentences: string[] = []
  for (const datastore of await ports.stores.datastores.list())
    for (const candidate of await ports.stores.versions.list(datastore.id)) {
      // Usually there is nothing to do, so check before taking a lock.
      if (followingImages({ version: candidate, images, lost, isOffByUs: true }) === undefined) continue
      const sentence = await ports.stores.transaction(async stores => {
        const version = await stores.versions.lock(candidate.id)
        return version && follow({ stores, clock: ports.clock, actor, lost, images }, datastore, version)
      })
      if (sentence !== undefined) sentences.push(sentence)
    }
  return sentences
}

type FollowNeeds = Readonly<{
  stores: Pick<Stores, 'versions' | 'events'>
  clock: Ports['clock']
  actor: string
  lost: readonly Pick<Image, 'id' | 'name' | 'tags'>[]
  images: readonly Pick<Image, 'id' | 'name' | 'tags'>[]
}>

async function follow(
  { stores, clock, actor, lost, images }: FollowNeeds,
  datastore: Datastore,
  version: DatastoreVersion,
): Promise<string | undefined> {
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
  const label = `version '${version.name}' of datastore '${datastore.name}'`
  return to === 'on'
    ? `${name} is installed on this machine again: ${label} is active again.`
    : `${name} is no longer installed on this machine: ${label} is inactive until ${name} is installed again.`
}
