/**
 * Stories: YAML files with HTTP requests and the expected responses, played in order on a real server in this process.
 * This file reads and checks them; `run-step.ts` makes the requests, `match.ts` compares responses, `story-world.ts`
 * starts the server. Each response is also compared with its schema in the API document.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { CataloguePlan } from './catalogue-plan.ts'

/** The description of a world. `default.world.yaml` explains the keys. */
export type WorldPlan = CataloguePlan &
  Readonly<{
    people: Readonly<Record<string, { projectId: string; roles: readonly string[] }>>
    /** Additional projects of a person: person → project ids. */
    guests?: Readonly<Record<string, readonly string[]>>
    /** Names of projects whose name differs from the id: id → name. */
    projectNames?: Readonly<Record<string, string>>
    flavors: readonly object[]
    volumeTypes: readonly object[]
    /** The access policies of a policy.yaml: name → rule. */
    policy?: Readonly<Record<string, string>>
    /** True for instances that are real servers of the bundled engine; a name for those of another engine. */
    servers: boolean | string
    conf: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>
  }>

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type Method = (typeof methods)[number]

/** A request and the expected response. The keys are the same as in the YAML. */
export type Step = Readonly<{
  name: string
  as: string
  method: Method
  /** As written in the story, including `$VARS` and query. */
  path: string
  headers: Readonly<Record<string, string>>
  /** The body: JSON, or `raw` text, or hexadecimal `bytes`. `fill` repeats the raw body up to this number of bytes. */
  body?: unknown
  raw?: string
  bytes?: string
  fill?: number
  /** How often the request is made. Every response must be as expected. */
  times: number
  /** The time limit in seconds for the expected response; until then the request is repeated. */
  within: number
  status: number
  /** The expected `message` of the error. */
  message?: string
  /** The expected key around the error, such as badRequest. */
  error?: string
  /** The expected JSON. Its objects may have additional keys, but its arrays no additional entries. */
  answer?: unknown
  /** The expected JSON, without additional keys. */
  exactly?: unknown
  /** The expected body as text. */
  text?: string
  answer_headers: Readonly<Record<string, unknown>>
  /** Variable → the place of its value: a path in the response, or `header NAME`. */
  save: Readonly<Record<string, string>>
}>

export type Story = Readonly<{
  /** The file's name, without its extension. */
  name: string
  file: string
  /** True when the story is told on each kind of database, and not only on SQLite. */
  onEveryDatabase: boolean
  world: WorldPlan
  steps: readonly Step[]
}>

/** True if a story needs an engine that does not come from npm. */
export const needsSystem = ({ world }: Story): boolean => typeof world.servers === 'string'

const folder = import.meta.dirname

const stepKeys = [
  ...['name', 'as', ...methods, 'headers', 'body', 'raw', 'bytes', 'fill', 'times', 'within'],
  ...['status', 'message', 'error', 'answer', 'exactly', 'text', 'answer_headers', 'save'],
]
const worldKeys = [
  'people',
  'guests',
  'projectNames',
  'flavors',
  'volumeTypes',
  'policy',
  'servers',
  'images',
  'catalogue',
  'instances',
  'conf',
]

/** The world of a story that says nothing about its world. */
export const defaultWorld = (): WorldPlan => read(join(folder, 'default.world.yaml')) as WorldPlan

/** Loads all stories. Throws an Error with the file and the step if one is invalid. */
export function loadStories(from = folder): Story[] {
  const defaults = defaultWorld()
  return readdirSync(from)
    .filter(name => name.endsWith('.yaml') && !name.endsWith('.world.yaml'))
    .sort()
    .map(name => {
      const file = join(from, name)
      const document = read(file) as { world?: Partial<WorldPlan>; on_every_database?: boolean; steps: unknown }
      onlyKeys(file, document, ['world', 'on_every_database', 'steps'])
      onlyKeys(`${file}: world`, document.world ?? {}, worldKeys)
      if (!Array.isArray(document.steps)) throw new Error(`${file}: expected a list under 'steps:'`)
      return {
        name: name.replace(/\.yaml$/, ''),
        file,
        onEveryDatabase: document.on_every_database === true,
        world: { ...defaults, ...document.world },
        steps: document.steps.map((step, index) => parseStep(`${file}, step ${index + 1}`, step)),
      }
    })
}

/** All requests of all stories, for finding out what no story covers. */
export function storySteps(): { story: string; name: string; as: string; method: Method; path: string }[] {
  return loadStories().flatMap(story =>
    story.steps.map(({ name, as, method, path }) => ({
      story: story.name,
      name,
      as,
      method,
      path: path.split('?', 1)[0]!,
    })),
  )
}

const read = (file: string): unknown => parse(readFileSync(file, 'utf8'))

function onlyKeys(where: string, object: object, knownKeys: readonly string[]) {
  const unknownKey = Object.keys(object).find(key => !knownKeys.includes(key))
  if (unknownKey !== undefined)
    throw new Error(`${where}: unknown key '${unknownKey}'; known keys: ${knownKeys.join(', ')}`)
}

function parseStep(where: string, step: Record<string, unknown>): Step {
  onlyKeys(where, step, stepKeys)
  const stepMethods = methods.filter(method => step[method] !== undefined)
  const method = stepMethods[0]
  if (!method || stepMethods.length > 1) throw new Error(`${where}: expected one of ${methods.join(', ')}`)
  if (typeof step.name !== 'string') throw new Error(`${where}: 'name' is missing`)
  if (typeof step.status !== 'number') throw new Error(`${where} (${step.name}): 'status' is missing`)
  const { name, status, [method]: path, ...rest } = step
  return {
    as: 'demo',
    headers: {},
    times: 1,
    within: 0,
    answer_headers: {},
    save: {},
    ...rest,
    name,
    status,
    method,
    path,
  } as Step
}
