import { recordedIds } from '../recorded/catalogue.ts'
import type { Ids } from '../recorded/replay.ts'
import type { OurServer } from './our-server.ts'
import type { Rig } from './rig.ts'

export type Catalogue = { datastores: { id: string; name: string; versions: { id: string; name: string }[] }[] }

/** What the rig's projects, image, datastores and versions are called in the recordings. */
export async function recordedIdsIn(rig: Rig, ours: Pick<OurServer, 'ask'>): Promise<Ids> {
  const { datastores } = (await ours.ask<Catalogue>('admin', 'GET', '/datastores')).body
  const [mysql, postgresql] = ['mysql', 'postgresql'].map(wanted => datastores.find(({ name }) => name === wanted)!)
  return new Map([
    [recordedIds.adminProject, rig.ids.projects.admin],
    [recordedIds.demoProject, rig.ids.projects.demo],
    [recordedIds.altProject, rig.ids.projects.alt],
    [recordedIds.image, rig.ids.image],
    [recordedIds.slowVolumeType, rig.ids.volumeTypes.slow],
    [recordedIds.fastVolumeType, rig.ids.volumeTypes.fast],
    [recordedIds.mysql, mysql!.id],
    [recordedIds.mysqlVersion, mysql!.versions[0]!.id],
    [recordedIds.postgresql, postgresql!.id],
    [recordedIds.postgresqlVersion, postgresql!.versions[0]!.id],
  ])
}
