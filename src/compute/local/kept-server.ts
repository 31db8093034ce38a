import { Fault } from '../../model/fault.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { EngineImage } from '../../model/image.ts'
import type { Engine } from './engines/engine.ts'
import { engines } from './engines/engines.ts'
import type { FoundEngine } from './engines/find-engines.ts'
import { type InstanceFolder, instanceFolder, isInstanceId } from './host/instance-folder.ts'
import type { Room } from './host/ledger.ts'
import { host } from './host/ports.ts'
import type { Machine } from './machine.ts'
import type { Server } from './server-process.ts'

/** The engines of the machine, as images. */
export const images = async (machine: Machine): Promise<EngineImage[]> =>
  (await machine.engines()).map(({ image }) => image)

export function engineFor(manager: string): Engine {
  const engine = engines.find(engine => engine.manager === manager)
  if (!engine) throw new Fault(`No database engine for the manager '${manager}' is available here.`)
  return engine
}

export const addressOf = ({ port }: Room) => ({ host, port })

/** Throws a Fault if the engine of this image is not installed. */
export async function engineOf(machine: Machine, imageId: string): Promise<FoundEngine> {
  const foundEngine = (await machine.engines()).find(({ image }) => image.id === imageId)
  if (!foundEngine) throw new Fault('The database engine of this instance is no longer installed on this machine.')
  return foundEngine
}

async function serverOf(machine: Machine, id: InstanceId, room: Room, engine: Engine): Promise<Server> {
  const account = await machine.account()
  return {
    id,
    engine,
    folders: instanceFolder(await machine.folder(), id),
    address: addressOf(room),
    ownUid: room.userId,
    // Without a user of its own, it runs as the shared one. The programs around it run as the user of this process.
    otherUids: [process.getuid?.() ?? -1, ...(account ? [account.uid] : [])],
    groups: room.groups,
  }
}

/** Returns the server of an instance, for starting it. Throws a Fault if its engine is not installed. */
export async function keptServer(
  machine: Machine,
  id: InstanceId,
): Promise<Readonly<{ server: Server; room: Room; foundEngine: FoundEngine }>> {
  const room = (await machine.existingLedger())?.room(id)
  if (!room?.imageId) throw new Fault('This machine has no data of this instance.')
  const foundEngine = await engineOf(machine, room.imageId)
  return { server: await serverOf(machine, id, room, foundEngine.engine), room, foundEngine }
}

type AnyServer = Readonly<{
  room: Room
  folders: InstanceFolder
  /** The name of the image, if its engine is no longer installed. */
  lostImage: string | undefined
  /** Undefined while the instance has no image, so that no server can run. */
  server: Server | undefined
}>

/** Returns the server of an instance for observing and stopping it, even if its engine is no longer installed. */
export async function anyServer(machine: Machine, id: InstanceId): Promise<AnyServer | undefined> {
  const ledger = isInstanceId(id) ? await machine.existingLedger() : undefined
  const room = ledger?.room(id)
  if (!room) return undefined
  const folders = instanceFolder(await machine.folder(), id)
  const currentImage = (await images(machine)).find(image => image.id === room.imageId)
  const image = currentImage ?? ledger!.images().find(image => image.id === room.imageId)
  if (!image) return { room, folders, lostImage: undefined, server: undefined }
  const server = await serverOf(machine, id, room, engineFor(image.manager))
  return { room, folders, lostImage: currentImage ? undefined : image.name, server }
}
