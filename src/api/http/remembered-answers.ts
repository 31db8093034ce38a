import type { Flavor } from '../../model/flavor.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Policies } from '../../rules/access/parse-policies.ts'
import { openEqualWork } from '../../turn/equal-work.ts'
import type { MadeFrom } from '../route.ts'
import type { Answer } from './run-route.ts'

/** Everything that an answer is made from, apart from the request itself, and the answers that were made from it. */
type Facts = Readonly<{
  /** The state of the database. */
  stamp: string
  flavors: readonly Flavor[] | undefined
  /** Answers that are made while the source of the flavors is away have a warning with their age. */
  staleSeconds: number | undefined
  policies: Policies
  /** Waivers end at the end of a second. */
  second: number
  answers: Map<string, Answer>
  /** Another one for other facts. */
  number: number
}>

const answersMax = 256
const bytesMax = 64 * 1024

type Needs = Readonly<{ ports: Pick<Ports, 'stores' | 'flavors' | 'clock'>; policies(): Policies }>

/**
 * Remembers answers to requests that read. An answer is only used for requests after whose arrival everything that it was
 * made from was looked at again, and was the same: rows, flavors, access policies, and the second. So there is nothing to
 * invalidate, and no change is overlooked, whoever makes it.
 *
 * @returns runs `work` for requests with this key, unless the answer is known. Equal requests share a run; on a database that
 *   cannot tell whether it has changed, they share nothing else
 */
export function openRememberedAnswers(needs: Needs) {
  const share = openEqualWork<Facts | undefined>()
  const shareRuns = openEqualWork<Answer>()
  const last: Partial<Record<MadeFrom, Facts>> = {}
  let number = 0

  const readFacts = async (madeFrom: MadeFrom): Promise<Facts | undefined> => {
    const { ports, policies } = needs
    const needsFlavors = madeFrom === 'rows and flavors'
    const [stamp, known] = await Promise.all([
      ports.stores.changeStamp!(),
      needsFlavors ? lastKnown(ports.flavors) : undefined,
    ])
    if (needsFlavors && !known) return undefined
    const { flavors, staleSeconds } = known ?? {}
    const second = Math.floor(ports.clock.now().getTime() / 1000)
    const facts = { stamp, flavors, staleSeconds, policies: policies(), second }
    const before = last[madeFrom]
    const isSame =
      before?.stamp === stamp &&
      before.flavors === flavors &&
      before.staleSeconds === staleSeconds &&
      before.policies === facts.policies &&
      before.second === facts.second
    last[madeFrom] = isSame ? before : { ...facts, answers: new Map(), number: ++number }
    return last[madeFrom]
  }

  return async (madeFrom: MadeFrom, key: string, work: () => Promise<Answer>): Promise<Answer> => {
    if (!needs.ports.stores.changeStamp) return shareRuns(key, work)
    const facts = await share(madeFrom, () => readFacts(madeFrom))
    const known = facts?.answers.get(key)
    if (known) return known
    // A run that began with other facts could be kept as an answer of these.
    const answer = await shareRuns(`${facts?.number} ${key}`, work)
    if (facts && facts.answers.size < answersMax && answer.bytes.length <= bytesMax) facts.answers.set(key, answer)
    return answer
  }
}

/** Undefined while the source is away; then the endpoint decides what that means. */
async function lastKnown({
  list,
  lastKnown,
}: Ports['flavors']): Promise<Pick<Facts, 'flavors' | 'staleSeconds'> | undefined> {
  try {
    return lastKnown ? await lastKnown() : { flavors: await list(), staleSeconds: undefined }
  } catch {
    return undefined
  }
}

const absent = new Proxy(
  {},
  {
    get(_target, name) {
      throw new Error(`'${String(name)}' is not among what this endpoint says that its answers are made from`)
    },
  },
)

/** Only the ports that a remembered answer may be made from. */
export const portsOf = (ports: Ports, madeFrom: MadeFrom): Ports => ({
  ...ports,
  ...({ images: absent, volumeTypes: absent, compute: absent, secrets: absent } as Pick<
    Ports,
    'images' | 'volumeTypes' | 'compute' | 'secrets'
  >),
  ...(madeFrom === 'rows' ? { flavors: absent as Ports['flavors'] } : {}),
})
