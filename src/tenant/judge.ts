import { type Answer, ApiError, type TroveClient } from '../client/client.ts'
import type { DatabaseService } from '../client/clouds/log-in.ts'
import { Fault } from '../model/fault.ts'
import { smallestFirst } from './flavor-sizes.ts'
import type { InstanceBody, Request, RequestedInstance } from './requested-instance.ts'

/** The results of a check, from the best to the worst. */
export const outcomes = ['allowed', 'not judged', 'warned', 'refused'] as const
export type Outcome = (typeof outcomes)[number]

/** A flavor that the API proposes. `warned`: it would be admitted with a warning. */
export type SuitableFlavor = Readonly<{ id: string; name: string; warned?: boolean }>

/** What the API says about an instance of a file. */
export type Judged = Readonly<{
  outcome: Outcome
  /** The words of the API, or why it was not asked; null if there is nothing to say. */
  message: string | null
  /**
   * The flavors that the API proposes, smallest first: those without a warning, or if there are none, those with one.
   * Undefined if the answer has none.
   */
  suitable?: readonly SuitableFlavor[]
  /** When a waiver ends without which the flavor would be refused, in UTC without a zone. */
  waivedUntil?: string
}>

/** Judges instances one after the other. */
export type Judge = (instance: RequestedInstance) => Promise<Judged>

/**
 * Makes a judge that asks the API, which decides. Requests that differ only in numbers in the name are asked once. Throws a
 * Fault when the API cannot judge at all.
 */
export function openJudge({ trove, region }: Pick<DatabaseService, 'trove' | 'region'>): Judge {
  const asked = new Map<string, Promise<Judged>>()
  const once = (key: string, ask: () => Promise<Judged>) => {
    const answer = asked.get(key) ?? ask()
    asked.set(key, answer)
    return answer
  }
  const findFlavor = openFlavors(trove)
  const targets = new Map<string, Promise<Answer<'listResizeTargets'>>>()
  return async ({ request, region: own }) => {
    if (own !== undefined && region !== undefined && own !== region)
      return notJudged(
        `it is in region '${own}', and this login is for '${region}'. Run again with --os-region-name ${own}`,
      )
    if (request.kind === 'none') return notJudged(request.reason)
    if (request.kind === 'resize') return judgeResize(trove, targets, request)
    const { flavorRef } = request.body
    const named = flavorRef === undefined ? undefined : await findFlavor(String(flavorRef))
    const body = named ? { ...request.body, flavorRef: named.id } : request.body
    const key = JSON.stringify({ ...body, name: body.name.replaceAll(/\d+/g, '0') })
    const judged = await once(key, () => judgeCreate(trove, body))
    return named && !request.isFlavorByName && judged.outcome !== 'refused' ? nameForId(named) : judged
  }
}

/**
 * Terraform passes the text on, and Trove takes it for an id. A trove-ts that creates the instance itself would find the
 * name, but answers with the id, which Terraform then takes for a change that needs a new instance.
 */
const nameForId = ({ id, name }: SuitableFlavor): Judged => ({
  outcome: 'refused',
  message: `'${name}' is the name of a flavor, and flavor_id takes an id only.`,
  suitable: [{ id, name }],
})

const notJudged = (message: string): Judged => ({ outcome: 'not judged', message })

/**
 * Finds the flavor with this name, if there is none with this id: Heat, too, takes an id before a name. What is neither is
 * left for the API to refuse.
 */
function openFlavors(trove: TroveClient): (flavor: string) => Promise<SuitableFlavor | undefined> {
  let flavors: Promise<Answer<'listFlavors'>> | undefined
  return async flavor => {
    flavors ??= trove.listFlavors({})
    const list = (await flavors.catch(rethrown)).flavors
    if (list.some(({ str_id: id }) => id === flavor)) return undefined
    const found = list.find(({ name }) => name === flavor)
    return found && { id: found.str_id, name: found.name }
  }
}

async function judgeCreate(trove: TroveClient, instance: InstanceBody): Promise<Judged> {
  try {
    const { verdict } = await trove.dryRunInstance({ body: { instance } })
    return verdictOutcome(verdict)
  } catch (error) {
    if (!(error instanceof ApiError) || !isRefusal(error)) return rethrown(error)
    if (error.status === 404 || error.status === 405) await requireDryRun(trove)
    const { exceeded_resources: exceeded } = error.facts
    // The quota is judged last, so everything else is admitted.
    if (Array.isArray(exceeded))
      return notJudged(
        `it would be admitted, but the quota of the project is exceeded today (${exceeded.join(', ')}), and what else the file changes may free it`,
      )
    const suitable = suitableOf(error.facts.allowed_flavors)
    return { outcome: 'refused', message: error.message, ...(suitable ? { suitable } : {}) }
  }
}

function verdictOutcome({ message, reasons }: Answer<'dryRunInstance'>['verdict']): Judged {
  if (message === null) return { outcome: 'allowed', message }
  const ends = reasons.flatMap(({ level, waived_until: until }) => (level === 'refuse' && until ? until : [])).sort()
  return { outcome: 'warned', message: sentence(message), ...(ends[0] === undefined ? {} : { waivedUntil: ends[0] }) }
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`

/** A create would be answered with the same. 501 is the answer to something that the service does not support. */
const isRefusal = ({ status }: ApiError) => (status < 500 && status !== 401 && status !== 403) || status === 501

/**
 * A database service without a dry run does not know its path, as it does not know some datastores. An empty request tells
 * which it is.
 */
async function requireDryRun(trove: TroveClient): Promise<void> {
  const body = {} as Parameters<TroveClient['dryRunInstance']>[0]['body']
  const error = await trove.dryRunInstance({ body }).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (error instanceof ApiError && error.status === 400) return
  throw new Fault(
    'This database service cannot check requests without making them: it is a Trove without trove-ts in front of it, or an older trove-ts. Contact your cloud operator.',
    { cause: error },
  )
}

async function judgeResize(
  trove: TroveClient,
  targets: Map<string, Promise<Answer<'listResizeTargets'>>>,
  { instanceId, flavorId }: Extract<Request, { kind: 'resize' }>,
): Promise<Judged> {
  const answer = targets.get(instanceId) ?? trove.listResizeTargets({ path: { id: instanceId } })
  targets.set(instanceId, answer)
  try {
    const { flavors } = await answer
    const target = flavors.find(({ str_id: id }) => id === flavorId)
    const possible = flavors.filter(({ resize, current }) => resize.possible && !current)
    const suitable = suitableFirst(
      smallestFirst(possible).map(({ str_id: id, name, verdict }) => ({ id, name, warned: verdict.message !== null })),
    )
    if (!target) {
      const named = flavors.find(({ name }) => name === flavorId)
      if (named) return nameForId({ id: named.str_id, name: named.name })
      return { outcome: 'refused', message: `The project cannot use a flavor with the id '${flavorId}'.`, suitable }
    }
    if (target.current) return { outcome: 'allowed', message: null }
    if (!target.resize.possible) return { outcome: 'refused', message: target.resize.message, suitable }
    return verdictOutcome(target.verdict)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) return rethrown(error)
    await requireDryRun(trove)
    return notJudged(
      `there is no instance ${instanceId} in this project. Log in to the cloud and the project of the plan`,
    )
  }
}

function suitableOf(value: unknown): readonly SuitableFlavor[] | undefined {
  if (!Array.isArray(value)) return undefined
  return suitableFirst(
    value.map(({ id, name, warned }) => ({ id: String(id), name: String(name), warned: warned === true })),
  )
}

/** Those without a warning; if there are none, those with one. */
function suitableFirst(flavors: readonly SuitableFlavor[]): readonly SuitableFlavor[] {
  const whole = flavors.filter(({ warned }) => !warned).map(({ id, name }) => ({ id, name }))
  return whole.length > 0 ? whole : flavors
}

/** Makes an error of the API a sentence for the user. */
export function rethrown(error: unknown): never {
  if (!(error instanceof ApiError)) throw error
  const advice =
    error.status === 401
      ? ' The token is not accepted: log in again, and check that the cloud’s database service belongs to its Keystone.'
      : error.status === 403
        ? ' Check the project and the roles of the login.'
        : ''
  throw new Fault(`The database service answered with ${error.status}: ${error.message}${advice}`, { cause: error })
}
