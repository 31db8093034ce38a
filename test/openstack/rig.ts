import { startMariadb } from '../servers/mariadb.ts'
import type { RestartableServer, Server } from '../servers/server.ts'
import { makeCinder, setUpCinder } from './cinder.ts'
import { type Furniture, furnish, makePeople } from './furnish.ts'
import { makeGlance, setUpGlance } from './glance.ts'
import { makeKeystone, setUpKeystone } from './keystone.ts'
import { type KeystoneClient, keystoneClient } from './keystone-client.ts'
import { makeMessages } from './messages.ts'
import { startNeutronStub } from './neutron-stub.ts'
import { makeNova, type Nova } from './nova.ts'
import type { Service } from './openstack-process.ts'
import { makePlacement, setUpPlacement } from './placement.ts'
import { together } from './together.ts'
import { makeTrove, type Trove, type TroveOptions } from './trove.ts'

/** A real OpenStack on loopback, as far as a Trove needs one to list flavors and volume types and to admit instances. */
export type Rig = Readonly<{
  /** What everybody here keeps their rows in. */
  database: RestartableServer
  keystone: Service
  nova: Nova
  glance: Service
  cinder: Service
  trove: Trove
  client: KeystoneClient
  /** What is in it. */
  ids: Furniture
  /** Another Trove, set up on a database of its own, whose API does not run; with a catalogue unless it `isEmpty`. */
  anotherTrove(options?: TroveOptions & Readonly<{ isEmpty?: boolean }>): Promise<Trove>
  /** Another API of a Trove, on its database; it does not run. */
  anotherApi(trove: Trove, options: TroveOptions): Promise<Trove>
  /** SQLAlchemy URLs. */
  databases: Readonly<{ nova: string; trove: string }>
  /** Where the services live; they and all that runs there go with the rig. */
  folders: readonly string[]
  stop(): Promise<void>
}>

/** Starts everything, each service in a folder of its own. Takes about a minute, most of it the making of schemas. */
export async function startRig(say: (progress: string) => void): Promise<Rig> {
  const toStop: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of toStop.splice(0).reverse()) await end()
  }
  /** What is made is removed in the end, whatever happens. */
  const folders: string[] = []
  const making = async <Made extends Service>(made: Promise<Made>): Promise<Made> => {
    const one = await made
    toStop.push(() => one.remove())
    folders.push(one.folder)
    return one
  }
  try {
    const database = await startMariadb()
    toStop.push(() => database.stop())
    say('MariaDB runs')
    const all = await makeAll(database, making, toStop)
    const { keystone, messages, glance, cinder, nova, trove, databases } = all
    const client = keystoneClient(keystone.url)
    const { projects, emptyTrove } = await startAll(all, database, client)
    say('Keystone, Placement, Nova, Glance, Cinder and Trove answer')
    const [ids] = await together([furnish(client, projects, { nova, glance, cinder }), nova.startCell()])
    await trove.register(ids)
    const furnishedTrove = await database.copyDatabase!(trove.connection)
    say('users, flavors, volume types, an image and a catalogue are there')
    const anotherApi = ({ connection }: Pick<Trove, 'connection'>, options: TroveOptions) =>
      making(makeTrove(keystone, connection, messages.transport, options))
    const anotherTrove = async ({ isEmpty = false, ...options }: TroveOptions & { isEmpty?: boolean } = {}) => {
      const connection = await database.copyDatabase!(isEmpty ? emptyTrove : furnishedTrove)
      return anotherApi({ connection }, options)
    }
    const services = { database, keystone, nova, glance, cinder, trove }
    return { ...services, client, ids, databases, anotherTrove, anotherApi, folders, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Sets everything up and starts it. What does not need each other is done at the same time: one waits while another one
 * works. Returns the projects, and a copy of Trove's database before anything was in it.
 */
async function startAll(all: Awaited<ReturnType<typeof makeAll>>, database: Server, client: KeystoneClient) {
  const { keystone, messages, placement, nova, glance, cinder, trove, databases } = all
  const messagesRun = messages.start()
  const start = async (setUp: Promise<unknown>, service: Service) => {
    await together([setUp, messagesRun])
    await service.start()
  }
  const keystoneRuns = start(setUpKeystone(keystone), keystone)
  const emptyTrove = trove.setUp().then(() => database.copyDatabase!(trove.connection))
  const [projects, copy] = await together([
    keystoneRuns.then(() => makePeople(client, all)),
    emptyTrove,
    start(nova.setUp(databases.novaCell0), nova),
    start(setUpGlance(glance), glance),
    start(setUpPlacement(placement), placement),
    start(setUpCinder(cinder), cinder),
    start(emptyTrove, trove),
  ])
  return { projects, emptyTrove: copy }
}

type Making = <Made extends Service>(made: Promise<Made>) => Promise<Made>

/** Folders, ports and configurations; nothing runs yet but the stand-in for Neutron. */
async function makeAll(database: Server, making: Making, toStop: (() => Promise<void>)[]) {
  const names = ['keystone', 'placement', 'glance', 'cinder', 'trove', 'nova', 'novaMain', 'novaCell0'] as const
  const databases = {} as Record<(typeof names)[number], string>
  for (const name of names) databases[name] = await database.createDatabase()
  const keystone = await making(makeKeystone(databases.keystone))
  const messages = await making(makeMessages())
  const { transport } = messages
  const placement = await making(makePlacement(keystone, databases.placement))
  const glance = await making(makeGlance(keystone, databases.glance))
  const cinder = await making(makeCinder(keystone, databases.cinder, transport))
  const network = await startNeutronStub()
  toStop.push(() => network.stop())
  const nova = await making(
    makeNova({ keystone, glance, network: network.url, transport }, { api: databases.nova, main: databases.novaMain }),
  )
  const trove = await making(makeTrove(keystone, databases.trove, transport))
  return { keystone, messages, placement, glance, cinder, network, nova, trove, databases }
}
