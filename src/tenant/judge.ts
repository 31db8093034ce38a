import { type Answer, ApiError, type TroveClient } from '../client/client.ts'
import type { DatabaseService } from '../client/clouds/log-in.ts'
import { Fault } from '../model/fault.ts'
import type { InstanceBody, Request, RequestedInstance } from './requested-instance.ts'

/** The results of a check, from the best to the worst. */
export const outcomes = ['allowed', 'not judged', 'warned', 'refused'] as const
export type Outcome = (typeof outcomes)[number]

/** A flavor that the API proposes. */
export type SuitableFlavor = Readonly<{ id: string; name: string }>

/** What the API says about an instance of a file. */
export type Judged = Readonly<{
  outcome: Outcome
  /** The words of the API, or why it was not asked; null if there is nothing to say. */
  message: string | null
  /** The flavors that the API proposes, smallest first; undefined if the answer has none. */
  suitable?: readonly SuitableFlavor[]
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
  const flavorIds = openFlavorNames(trove)
  const targets = new Map<string, Promise<Answer<'listResizeTargets'>>>()
  return async ({ request, region: own }) => {
    if (own !== undefined && region !== undefined && own !== region)
      return notJudged(
        `it is in region '${own}', and this login is for '${region}'. Run again with --os-region-name ${own}`,
      )
    if (request.kind === 'none') return notJudged(request.reason)
    if (request.kind === 'resize') return judgeResize(trove, targets, request)
    const { flavorRef } = request.body
    const isName = request.isFlavorByName && flavorRef !== undefined
    const body = isName ? { ...request.body, flavorRef: await flavorIds(String(flavorRef)) } : request.body
    const key = JSON.stringify({ ...body, name: body.name.replaceAll(/\d+/g, '0') })
    return once(key, () => judgeCreate(trove, body))
  }
}

const notJudged = (message: string): Judged => ({ outcome: 'not judged', message })

/** Heat takes an id before a name. What is neither is left for the API to refuse. */
function openFlavorNames(trove: TroveClient): (flavor: string) => Promise<string> {
  let flavors: Promise<Answer<'listFlavors'>> | undefined
  return async flavor => {
    flavors ??= trove.listFlavors({})
    const list = (await flavors.catch(rethrown)).flavors
    const found = list.find(each => each.str_id === flavor) ?? list.find(each => each.name === flavor)
    return found?.str_id ?? flavor
  }
}

async function judgeCreate(trove: TroveClient, instance: InstanceBody): Promise<Judged> {
  try {
    const { verdict } = await trove.dryRunInstance({ body: { instance } })
    return verdictOutcome(verdict)
  } catch (error) {
    if (!(error instanceof ApiError) || !isRefusal(error)) return rethrown(error)
    if (error.status === 404 || error.status === 405) await requireDryRun(trove)
    const suitable = suitableOf(error.facts.allowed_flavors)
    return { outcome: 'refused', message: error.message, ...(suitable ? { suitable } : {}) }
  }
}

const verdictOutcome = ({ message }: Answer<'dryRunInstance'>['verdict']): Judged =>
  message === null ? { outcome: 'allowed', message } : { outcome: 'warned', message: sentence(message) }

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
    const suitable = flavors
      .filter(({ resize, current }) => resize.possible && !current)
      .map(({ str_id: id, name }) => ({ id, name }))
    if (!target)
      return { outcome: 'refused', message: `The project cannot use a flavor with the id '${flavorId}'.`, suitable }
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
  return value.map(({ id, name }) => ({ id: String(id), name: String(name) }))
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
