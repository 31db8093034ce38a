import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openLocalCompute } from '../../src/compute/local/compute.ts'
import type { Address, EngineSettings } from '../../src/ports/compute.ts'
import type { DatabaseServer } from '../../src/ports/database-server.ts'
import type { EngineBench, Session } from '../engines/engine-bench.ts'
import { type EngineUnderTest, enginePath, enginesUnderTest } from '../engines/index.ts'

export type Instance = Readonly<{
  bench: EngineBench
  address: Address
  /** The folder with the data of all instances. */
  folder: string
  pid: number
  server: DatabaseServer
  /** The same server with another password of the administrator. */
  serverWith(password: string): DatabaseServer
  as(user: string, password: string, database?: string): Promise<Session>
  /** Runs the statements in order and returns the result of the last one. */
  asks(who: readonly [user: string, password: string, database?: string], ...statements: string[]): Promise<unknown>
  asAdministrator(...statements: string[]): Promise<unknown>
  restart(): Promise<void>
  remove(): Promise<void>
}>

export const adminPassword = 'admin pass'

/** The engines of these managers on this machine. `enginesUnderTest` reports the missing ones. */
export const enginesOf = async (...managers: string[]): Promise<readonly EngineUnderTest[]> =>
  (await enginesUnderTest()).filter(({ image }) => managers.includes(image.manager))

/**
 * Opens a folder for instances, which is removed after the tests of a file. Clients connect to the instances as tenants
 * do.
 */
export function openPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-attacks-'))
  chmodSync(folder, 0o711)
  const compute = openLocalCompute({ folder: join(folder, 'instances'), enginePath })
  after(() => rmSync(folder, { recursive: true, force: true }))
  return async ({ image, bench }: EngineUnderTest, settings: EngineSettings = bench.settings): Promise<Instance> => {
    const id = randomUUID()
    // Some attacks need memory. The limits themselves are tested in limits.long.test.ts.
    await compute.reserve(id, { vcpus: 1, ramMb: 1024 })
    await compute.initialise(id, image.id, adminPassword)
    await compute.configure(id, settings)
    await compute.start(id)
    const { address, process } = await compute.observe(id)
    const serverWith = (password: string) => compute.server(image.manager, address!, password)
    const as: Instance['as'] = (user, password, database) =>
      bench.connect({ address: address!, user, password, database })
    const asks: Instance['asks'] = async ([user, password, database], ...statements) => {
      const session = await as(user, password, database)
      try {
        let lastResult: unknown
        for (const each of statements) lastResult = await session.ask(each)
        return lastResult
      } finally {
        await session.end()
      }
    }
    return {
      ...{ bench, folder, serverWith, as, asks },
      address: address!,
      pid: Number(process!.split(':')[0]),
      server: serverWith(adminPassword),
      asAdministrator: (...statements) => asks([bench.administrator, adminPassword], ...statements),
      async restart() {
        await compute.stop(id)
        await compute.start(id)
      },
      remove: () => compute.remove(id),
    }
  }
}
