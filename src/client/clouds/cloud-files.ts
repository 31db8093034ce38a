import { join } from 'node:path'
import { Fault } from '../../model/fault.ts'
import { fileProblem, noSuchFile } from '../../model/file-problem.ts'
import { didYouMean, nearestName } from '../../model/nearest-name.ts'
import { fileBytesMax, readPlainFile } from '../../yaml-file/plain-file.ts'
import { readYaml } from '../../yaml-file/yaml-text.ts'

/** What is known of the user's machine. Values of the environment that are empty count as unset, as in openstacksdk. */
export type Surroundings = Readonly<{
  env: Readonly<Record<string, string | undefined>>
  folder: string
  home: string
}>

/** The settings of a cloud, as texts, by their keys. Those of `auth:` are among them. */
export type CloudSettings = Readonly<Record<string, string>>

/** `origin` says where the settings are from, in words that follow "of" or "in". */
export type NamedCloud = Readonly<{ origin: string; settings: CloudSettings }>

type Tree = { readonly [key: string]: unknown }

const extensions = ['yaml', 'yml', 'json'] as const

export const variable = (env: Surroundings['env'], name: string): string | undefined => env[name] || undefined

/** The folders where openstacksdk looks for its files, in its order. */
function searchedFolders({ env, folder, home }: Surroundings): string[] {
  const ownConfig = join(home, '.config')
  return [
    ...new Set([
      folder,
      join(variable(env, 'XDG_CONFIG_HOME') ?? ownConfig, 'openstack'),
      join(ownConfig, 'openstack'),
      '/etc/xdg/openstack',
      '/etc/openstack',
    ]),
  ]
}

type Found = Readonly<{ file: string; tree: Tree }>

/** Reads the first file of a kind that exists: the one that a variable names, else `clouds.yaml` in a searched folder. */
function firstFile(around: Surroundings, stem: string, override: string): Found | undefined {
  const named = variable(around.env, override)
  const inFolders = searchedFolders(around).flatMap(folder =>
    extensions.map(extension => join(folder, `${stem}.${extension}`)),
  )
  for (const file of [...(named === undefined ? [] : [named]), ...inFolders]) {
    const tree = readTree(file)
    if (tree) return { file, tree }
  }
  return undefined
}

/** Undefined when the file does not exist. The message of an error never quotes the file, because it has passwords. */
function readTree(file: string): Tree | undefined {
  let text: string
  try {
    text = readPlainFile(file, fileBytesMax.settings)
  } catch (cause) {
    const problem = fileProblem(cause)
    if (problem === noSuchFile) return undefined
    throw new Fault(`${file} cannot be used: ${problem}.`, { cause })
  }
  try {
    // Passwords and ids stay as they are typed: 012 is not 12.
    const { value } = readYaml(text, { isText: () => true })
    return isTree(value) ? value : {}
  } catch (error) {
    const place = /^line \d+, column \d+/.exec((error as Error).message)?.[0] ?? 'somewhere'
    throw new Fault(`${file} cannot be used: ${place} is not valid YAML.`)
  }
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)
const treeAt = (tree: Tree | undefined, key: string): Tree => {
  const value = tree?.[key]
  return isTree(value) ? value : {}
}

/** The second wins. */
const merged = (below: Tree, above: Tree): Tree =>
  Object.fromEntries([
    ...Object.entries(below),
    ...Object.entries(above).map(([key, value]) => {
      const other = below[key]
      return [key, isTree(other) && isTree(value) ? merged(other, value) : value]
    }),
  ])

/**
 * Finds a cloud in the user's files: clouds.yaml, with secure.yaml merged into it and the profile in clouds-public.yaml below
 * it. Without a name, the only cloud of clouds.yaml. Returns undefined when no cloud is named and there is not exactly one.
 * Throws a Fault when the named cloud does not exist, or a file cannot be used.
 */
export function findCloud(around: Surroundings, name: string | undefined): NamedCloud | undefined {
  const found = firstFile(around, 'clouds', 'OS_CLIENT_CONFIG_FILE')
  const clouds = treeAt(found?.tree, 'clouds')
  const names = Object.keys(clouds)
  const chosen = name ?? (names.length === 1 ? names[0] : undefined)
  if (chosen === undefined) return undefined
  if (!found) throw new Fault(`There is no clouds.yaml that could have the cloud '${chosen}'. ${placesWords(around)}`)
  if (!Object.hasOwn(clouds, chosen))
    throw new Fault(
      `The cloud '${chosen}' is not in ${found.file}. ${didYouMean(nearestName(chosen, names))}Clouds: ${names.join(', ') || 'none'}.`,
    )
  const secure = treeAt(treeAt(firstFile(around, 'secure', 'OS_CLIENT_SECURE_FILE')?.tree, 'clouds'), chosen)
  const own = underscored(merged(treeAt(clouds, chosen), secure))
  return {
    origin: `the cloud '${chosen}' of ${found.file}`,
    settings: flat(merged(profileOf(around, chosen, own), own)),
  }
}

/** The part of a cloud that its operator publishes, in clouds-public.yaml. */
function profileOf(around: Surroundings, cloud: string, { profile }: Tree): Tree {
  if (typeof profile !== 'string' || profile === '') return {}
  const found = firstFile(around, 'clouds-public', 'OS_CLIENT_VENDOR_FILE')
  const profiles = treeAt(found?.tree, 'public-clouds')
  if (Object.hasOwn(profiles, profile)) return underscored(treeAt(profiles, profile))
  throw new Fault(
    `The cloud '${cloud}' has the profile '${profile}', which is not in ${found?.file ?? 'any clouds-public.yaml'}. Profiles that are built into openstacksdk are not known here: write auth_url into the cloud itself.`,
  )
}

/** openstacksdk reads `auth-url` as `auth_url`. */
const underscored = (tree: Tree): Tree =>
  Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key.replaceAll('-', '_'), isTree(value) ? underscored(value) : value]),
  )

function flat(tree: Tree): CloudSettings {
  const texts = (from: Tree) => Object.entries(from).filter(([, value]) => typeof value === 'string' && value !== '')
  const [region] = Array.isArray(tree.regions) ? tree.regions : []
  const regionName = isTree(region) ? region.name : region
  return Object.fromEntries([
    ...(typeof regionName === 'string' ? [['region_name', regionName]] : []),
    ...texts(tree),
    ...texts(treeAt(tree, 'auth')),
  ])
}

/** Where clouds.yaml was looked for. */
export const placesWords = (around: Surroundings): string =>
  `It was looked for in ${searchedFolders(around).join(', ')}. OS_CLIENT_CONFIG_FILE can name another file.`
