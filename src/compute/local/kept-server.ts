import { Fault } from '../../model/fault.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Image } from '../../model/image.ts'
import type { Engine } from './engines/engine.ts'
import { engines } from './engines/engines.ts'
import type { Found } from './engines/find-engines.ts'
import { type InstanceFolder, instanceFolder, isInstanceId } from './host/instance-folder.ts'
import type { Room } from './host/ledger.ts'
import { host } from './host/ports.ts'
import type { Machine } from './machine.ts'
import type { Server } from './server-process.ts'

/** Every engine of the machine, as an image. */
export const images = async (machine: Machine): Promise<Image[]> => (await machine.found()).map(({ image }) => image)

export function engineFor(manager: string): Engine {
  const engine = engines.find(engine => engine.manager === manager)
  if (!engine) throw new Fault(`There is no database engine for the manager '${manager}' here.`)
  return engine
}

export const addressOf = ({ port }: Room) => ({ host, port })

/** Throws a Fault when there is no engine of this image. */
export async function engineOf(machine: Machine, imageId: string): Promise<Found> {
  const found = (await machine.found()).find(({ image }) => image.id === imageId)
  if (!found) throw new Fault('The database engine of this instance is not on this machine any more.')
  return found
}

async function serverOf(machine: Machine, id: InstanceId, room: Room, engine: Engine): Promise<Server> {
  const account = await machine.account()
  return {
    id,
    engine,
    folders: instanceFolder(await machine.folder(), id),
    address: addressOf(room),
    ownUid: room.userId,
    // As long as it has no user of its own, it runs as the one of all; what encloses it runs as whoever we are.
    otherUids: [process.getuid?.() ?? -1, ...(account ? [account.uid] : [])],
    groups: room.groups,
  }
}

/** The server of an instance that has its engine. Throws a Fault when it has not. */
export async function keptServer(
  machine: Machine,
  id: InstanceId,
): Promise<Readonly<{ server: Server; room: Room; found: Found }>> {
  const room = (await machine.existingLedger())?.room(id)
  if (!room?.imageId) throw new Fault('Nothing of this instance is on this machine.')
  const found = await engineOf(machine, room.imageId)
  return { server: await serverOf(machine, id, room, found.engine), room, found }
}

export type SomeServer = Readonly<{
  room: Room
  folders: InstanceFolder
  lostImage: string | undefined
  /** Undefined as long as there is nothing that could run. */
  server: Server | undefined
}>

/** The same, but for looking and ending: also when its engine has gone. */
export async function someServer(machine: Machine, id: InstanceId): Promise<SomeServer | undefined> {
  const ledger = isInstanceId(id) ? await machine.existingLedger() : undefined
  const room = ledger?.room(id)
  if (!room) return undefined
  const folders = instanceFolder(await machine.folder(), id)
  const there = (await images(machine)).find(image => image.id === room.imageId)
  const image = there ?? ledger!.images().find(image => image.id === room.imageId)
  if (!image) return { room, folders, lostImage: undefined, server: undefined }
  const server = await serverOf(machine, id, room, engineFor(image.manager))
  return { room, folders, lostImage: there ? undefined : image.name, server }
}
