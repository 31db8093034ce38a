import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { issueToken } from '../../src/identity/embedded/tokens.ts'
import { startWorld, type World } from '../world.ts'
import { writeCatalogue } from './catalogue-plan.ts'
import type { WorldPlan } from './load-stories.ts'

export type StoryWorld = Readonly<{
  world: World
  /** What `$NAMES` in a story stand for. */
  variables: Map<string, string>
}>

/** Starts a world and puts into its database what the plan says, behind the service's back. */
export async function startStoryWorld(plan: WorldPlan, connection?: string): Promise<StoryWorld> {
  const conf = { ...plan.conf, trovets: { rate_limits: false, ...plan.conf.trovets } }
  const lines = (section: object) => Object.entries(section).map(([key, value]) => `${key} = ${value}`)
  const images = plan.images.map(image => ({ manager: 'mysql', version: '1', ...image }))
  // Images are outside our walls; a story must not depend on which engines this machine has, unless it runs them.
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
  const wanted = plan.servers === true ? 'postgresql' : plan.servers
  const images = wanted
    ? (await world.ports.images.list()).filter(({ suggests }) => suggests?.datastore === wanted)
    : plan.images
  if (images.length === 0) throw new Error(`There is no ${wanted} on this machine, so this story cannot be told.`)
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

/** More memberships and other project names than a world's people have; the server reads a changed file again. */
function extendDirectory(world: World, { guests = {}, projectNames = {} }: WorldPlan) {
  const directory = readDirectory(world)
  for (const [person, projects] of Object.entries(guests))
    for (const project of projects) directory.assignments.push({ user: `${person}-user`, project, roles: ['member'] })
  for (const project of directory.projects) project.name = projectNames[project.id] ?? project.name
  writeFileSync(identityFile(world), JSON.stringify(directory))
}

/** A token that was good once: signed with this world's key, an hour long, issued two hours ago. */
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
