import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { issueToken } from '../../src/identity/embedded/tokens.ts'
import { startWorld, type World } from '../world.ts'
import { writeCatalogue } from './catalogue-plan.ts'
import type { WorldPlan } from './load-stories.ts'

export type StoryWorld = Readonly<{
  world: World
  /** The values of `$NAMES` in a story. */
  variables: Map<string, string>
}>

/** Starts a world, and writes the content of the plan directly into its database. */
export async function startStoryWorld(plan: WorldPlan, connection?: string): Promise<StoryWorld> {
  const conf = { ...plan.conf, trovets: { rate_limits: false, ...plan.conf.trovets } }
  const lines = (section: object) => Object.entries(section).map(([key, value]) => `${key} = ${value}`)
  const images = plan.images.map(image => ({ manager: 'mysql', version: '1', ...image }))
  // A story must not depend on the engines of this machine, unless it runs them.
  const ports = plan.servers ? {} : { images: { list: async () => images } }
  const world = await startWorld({
    ...(connection === undefined ? {} : { connection }),
    people: plan.people,
    ...(plan.policy ? { policy: plan.policy } : {}),
    flavors: stringify({ flavors: plan.flavors, volume_types: plan.volumeTypes }),
    conf: Object.fromEntries(Object.entries(conf).map(([name, section]) => [name, lines(section)])),
    ports,
    worker: plan.servers !== false,
  })
  try {
    return { world, variables: await furnish(world, plan) }
  } catch (error) {
    await world.stop()
    throw error
  }
}

async function furnish(world: World, plan: WorldPlan): Promise<Map<string, string>> {
  const requiredEngine = plan.servers === true ? 'postgresql' : plan.servers
  const images = requiredEngine
    ? (await world.ports.images.list()).filter(({ suggests }) => suggests?.datastore === requiredEngine)
    : plan.images
  if (images.length === 0)
    throw new Error(`This story needs ${requiredEngine}, which is not installed on this machine.`)
  const variables = await writeCatalogue(world.database, { ...plan, images })
  extendDirectory(world, plan)
  variables.set('HOST', new URL(world.url).host)
  variables.set('URL', world.url)
  variables.set('LONG', 'x'.repeat(5000))
  variables.set('EXPIRED_TOKEN', expiredToken(world, 'demo'))
  return variables
}

const identityFile = (world: World) => join(world.dataDir, 'identity.json')
const readDirectory = (world: World) => JSON.parse(readFileSync(identityFile(world), 'utf8'))

/** Adds memberships and project names to the identity file. The server reads the changed file again. */
function extendDirectory(world: World, { guests = {}, projectNames = {} }: WorldPlan) {
  const directory = readDirectory(world)
  for (const [person, projects] of Object.entries(guests))
    for (const project of projects) directory.assignments.push({ user: `${person}-user`, project, roles: ['member'] })
  for (const project of directory.projects) project.name = projectNames[project.id] ?? project.name
  writeFileSync(identityFile(world), JSON.stringify(directory))
}

/** An expired token: signed with this world's key, valid for an hour, issued two hours ago. */
function expiredToken(world: World, person: string): string {
  const claims = {
    user: `${person}-user`,
    project: world.projectOf(person),
    methods: ['password'],
    password: '',
    epoch: 0,
  }
  const issuedAt = new Date(Date.now() - 2 * 3_600_000)
  return issueToken(claims, readDirectory(world).signing_key, issuedAt, 3600).token
}
