import type { Flavor } from '../../model/flavor.ts'
import type { KnownFlavors } from '../../ports/flavor-source.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Policies } from '../../rules/access/parse-policies.ts'
import { openEqualWork } from '../../turn/equal-work.ts'
import { type Soon, whenKnown } from '../../turn/when-known.ts'
import type { MadeFrom } from '../route.ts'
import type { Answer } from './run-route.ts'

/** Everything that an answer is made from, apart from the request itself, and the answers that were made from it. */
type Facts = Readonly<{
  /** The state of the database. */
  stamp: string
  flavors: readonly Flavor[] | undefined
  /** An answer says how old its flavors are while their source is away. */
  staleSeconds: number | undefined
  policies: Policies
  /** Waivers end at the end of a second. */
  second: number
  answers: Map<string, Answer>
  /** The runs that began after the stamp was read. An answer of an earlier run could be older than the stamp. */
  share: ReturnType<typeof openEqualWork<Answer>>
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
  const withoutStamp = openEqualWork<Answer>()
  const last: Partial<Record<MadeFrom, Facts>> = {}

  const readFacts = async (madeFrom: MadeFrom): Promise<Facts | undefined> => {
    const { ports, policies } = needs
    const needsFlavors = madeFrom === 'rows and flavors'
    const [stamp, known] = await Promise.all([
      ports.stores.changeStamp!(),
      needsFlavors ? lastKnown(ports.flavors) : undefined,
    ])
    if (needsFlavors && !known) return undefined
    const second = Math.floor(ports.clock.now().getTime() / 1000)
    const facts = {
      stamp,
      flavors: known?.flavors,
      staleSeconds: known?.staleSeconds,
      policies: policies(),
      second,
    }
    const before = last[madeFrom]
    const isSame =
      before?.stamp === stamp &&
      before.flavors === facts.flavors &&
      before.staleSeconds === facts.staleSeconds &&
      before.policies === facts.policies &&
      before.second === facts.second
    last[madeFrom] = isSame ? before : { ...facts, answers: new Map(), share: openEqualWork() }
    return last[madeFrom]
  }

  const answerAnew = async (facts: Facts | undefined, key: string, work: () => Promise<Answer>): Promise<Answer> => {
    const answer = await (facts?.share ?? withoutStamp)(key, work)
    if (facts && facts.answers.size < answersMax && answer.bytes.length <= bytesMax) facts.answers.set(key, answer)
    return answer
  }

  return (madeFrom: MadeFrom, key: string, work: () => Promise<Answer>): Soon<Answer> => {
    if (!needs.ports.stores.changeStamp) return withoutStamp(key, work)
    return whenKnown(
      share(madeFrom, () => readFacts(madeFrom)),
      facts => facts?.answers.get(key) ?? answerAnew(facts, key, work),
    )
  }
}

/** Undefined while the source is away; then the endpoint decides what that means. */
async function lastKnown({ list, lastKnown }: Ports['flavors']): Promise<KnownFlavors | undefined> {
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
