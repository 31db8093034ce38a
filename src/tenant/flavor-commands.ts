import { type Answer, ApiError, type TroveClient } from '../client/client.ts'
import { Fault } from '../model/fault.ts'
import { didYouMean, nearestName } from '../model/nearest-name.ts'
import { visibleText } from '../model/visible-text.ts'
import type { TenantCommand } from './command.ts'
import { type Sized, smallestFirst } from './flavor-sizes.ts'
import { rethrown } from './judge.ts'

type ApiFlavor = Answer<'listResizeTargets'>['flavors'][number]

const flavorColumns = ['ID', 'Name', 'vCPUs', 'RAM', 'Disk'] as const
const flavorCells = ({ str_id: id, name, vcpus, ram, disk }: Sized) =>
  [visibleText(id), visibleText(name), vcpus, ram, disk] as const

/** The words of the API about something that it does not find or refuses. */
function inApiWords(error: unknown): never {
  if (error instanceof ApiError && error.status < 500 && error.status !== 401 && error.status !== 403)
    throw new Fault(error.message, { cause: error })
  return rethrown(error)
}

type Verdict = ApiFlavor['verdict']
const resultOf = ({ allowed, message }: Verdict) => (!allowed ? 'refused' : message === null ? 'allowed' : 'warned')

/** Every flavor that the project can use, smallest first, with the verdict of the API. */
export const listFlavors: TenantCommand['run'] = async (context, { args }) => {
  const { trove } = await context.service()
  const path = { datastore: args.datastore!, version: args.version! }
  const { flavors } = await trove.listVersionFlavors({ path, query: { verdicts: 'true' } }).catch(inApiWords)
  const judged = smallestFirst(flavors.flatMap(flavor => ('verdict' in flavor ? [flavor] : [])))
  const smallest =
    judged.find(({ verdict }) => resultOf(verdict) === 'allowed') ?? judged.find(({ verdict }) => verdict.allowed)
  return {
    columns: [...flavorColumns, 'Verdict', 'Smallest', 'Reasons'],
    rows: judged.map(flavor => [
      ...flavorCells(flavor),
      resultOf(flavor.verdict),
      flavor === smallest ? true : null,
      flavor.verdict.message,
    ]),
    lines: [
      smallest
        ? smallestWords(smallest)
        : 'None of the flavors available to your project is allowed. Contact your cloud operator.',
    ],
  }
}

const smallestWords = ({ name, str_id: id, verdict }: Pick<ApiFlavor, 'name' | 'str_id' | 'verdict'>) =>
  resultOf(verdict) === 'allowed'
    ? `The smallest flavor that fits is ${visibleText(name)} (${visibleText(id)}).`
    : `No flavor fits without a warning. The smallest with a warning is ${visibleText(name)} (${visibleText(id)}).`

/** Every flavor that the project can use, smallest first, and whether the instance can be resized to it. */
export const listResizeTargets: TenantCommand['run'] = async (context, { args }) => {
  const { trove } = await context.service()
  const id = await instanceId(trove, args.instance!)
  const { flavors } = await trove.listResizeTargets({ path: { id } }).catch(inApiWords)
  const isPossible = ({ resize, current }: ApiFlavor) => resize.possible && !current
  return {
    columns: [...flavorColumns, 'Resize', 'Reasons'],
    rows: smallestFirst(flavors).map(flavor => [
      ...flavorCells(flavor),
      flavor.current ? 'current' : isPossible(flavor) ? possibleWord(flavor) : 'refused',
      (flavor.current ? undefined : flavor.resize.message) ?? flavor.verdict.message,
    ]),
    lines: flavors.some(isPossible) ? [] : ['The instance cannot be resized to any flavor now.'],
  }
}

const possibleWord = ({ verdict }: ApiFlavor) => (verdict.message === null ? 'possible' : 'warned')

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Finds an instance by its id or its name. The `openstack` command accepts both, too. */
async function instanceId(trove: TroveClient, idOrName: string): Promise<string> {
  if (uuid.test(idOrName)) return idOrName
  const instances = await everyInstance(trove)
  const [found, ...others] = instances.filter(({ name }) => name === idOrName)
  if (others.length > 0)
    throw new Fault(
      `${others.length + 1} instances have the name '${idOrName}'. Use an id: ${[found!, ...others].map(({ id }) => id).join(', ')}.`,
    )
  if (found) return found.id
  const names = instances.map(({ name }) => name)
  const list = names.length === 0 ? 'The project has no instances.' : `Instances: ${shortList(names)}.`
  throw new Fault(
    `The project has no instance '${visibleText(idOrName)}'. ${didYouMean(nearestName(idOrName, names))}${visibleText(list)}`,
  )
}

const shownMax = 5
const shortList = (names: readonly string[]) =>
  names.length <= shownMax
    ? names.join(', ')
    : `${names.slice(0, shownMax).join(', ')}, and ${names.length - shownMax} more`

/** Lists all pages of the instances of the project. */
async function everyInstance(trove: TroveClient) {
  const all: Answer<'listInstances'>['instances'][number][] = []
  for (let marker: string | undefined; ; ) {
    const page = await trove.listInstances({ query: { ...(marker === undefined ? {} : { marker }) } }).catch(rethrown)
    all.push(...page.instances)
    const next = page.links?.find(({ rel }) => rel === 'next')?.href
    marker = next === undefined ? undefined : (new URL(next).searchParams.get('marker') ?? undefined)
    if (marker === undefined) return all
  }
}
