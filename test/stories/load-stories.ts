import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { CataloguePlan } from './catalogue-plan.ts'

/** What a world is made of; `default.world.yaml` says what the keys mean. */
export type WorldPlan = CataloguePlan &
  Readonly<{
    people: Readonly<Record<string, { projectId: string; roles: readonly string[] }>>
    /** Projects that a person is a member of besides the first: person → project ids. */
    guests?: Readonly<Record<string, readonly string[]>>
    /** Names of projects that are not called by their id: id → name. */
    projectNames?: Readonly<Record<string, string>>
    flavors: readonly object[]
    volumeTypes: readonly object[]
    /** Rules of a policy.yaml: name → rule. */
    policy?: Readonly<Record<string, string>>
    /**
     * Whether instances become real database servers, made from what is on this machine: true for the engine that comes
     * along, or the name of another one.
     */
    servers: boolean | string
    conf: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>
  }>

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type Method = (typeof methods)[number]

/** One request and what must come back. Keys are the same as in the YAML. */
export type Step = Readonly<{
  name: string
  as: string
  method: Method
  /** As written, `$VARS` and query included. */
  path: string
  headers: Readonly<Record<string, string>>
  /** The body: JSON, or `raw` text, or `bytes` in hexadecimal; `fill` makes a raw body so many bytes long. */
  body?: unknown
  raw?: string
  bytes?: string
  fill?: number
  /** How often the request is made; each time the same must come back. */
  times: number
  /** In how many seconds the right answer must come; until then the request is made again and again. */
  within: number
  status: number
  /** The `message` of the error that comes back. */
  message?: string
  /** The key around the error, such as badRequest. */
  error?: string
  /** What the JSON must hold; there may be more in its objects, but not in its arrays. */
  answer?: unknown
  /** What the JSON must be, with nothing besides. */
  exactly?: unknown
  /** What the body must be as text. */
  text?: string
  answer_headers: Readonly<Record<string, unknown>>
  /** Variable → where its value stands: a path in the answer, or `header NAME`. */
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

/** Whether a story can only be told where engines are that npm does not bring. */
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

/** All stories. Throws an Error that names the file and the step when one is written wrongly. */
export function loadStories(from = folder): Story[] {
  const defaults = read(join(folder, 'default.world.yaml')) as WorldPlan
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

/** Every request that any story makes: for those who want to know what no story has tried. */
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

function onlyKeys(where: string, object: object, known: readonly string[]) {
  const wrong = Object.keys(object).find(key => !known.includes(key))
  if (wrong !== undefined) throw new Error(`${where}: '${wrong}' is none of ${known.join(', ')}`)
}

function parseStep(where: string, step: Record<string, unknown>): Step {
  onlyKeys(where, step, stepKeys)
  const asked = methods.filter(method => step[method] !== undefined)
  const method = asked[0]
  if (!method || asked.length > 1) throw new Error(`${where}: expected one of ${methods.join(', ')}`)
  if (typeof step.name !== 'string') throw new Error(`${where}: it has no name`)
  if (typeof step.status !== 'number') throw new Error(`${where} (${step.name}): it expects no status`)
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
