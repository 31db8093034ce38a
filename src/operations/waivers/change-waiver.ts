import { columnTextProblem } from '../../model/column-text.ts'
import { idLengthMax } from '../../model/ids.ts'
import { utcText } from '../../model/naive-utc.ts'
import type { Actor } from '../../model/policy-event.ts'
import { Refused } from '../../model/refused.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import { isInForce } from '../../rules/allowed/flavor/waive.ts'
import { waiverRefusal } from '../../rules/waivers/refusals.ts'
import { futureTime } from '../../rules/waivers/waiver-until.ts'
import { changeOrTry } from '../dry-run.ts'
import { type NamedWaiver, withNames } from './list-waivers.ts'
import { type TriedWaiver, waiverEffect } from './waiver-effect.ts'
import { endNow, shortenTo } from './write-waivers.ts'

type Needs = Pick<Ports, 'stores' | 'clock'>
type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

/**
 * Gives a waiver an earlier end, in the future. Refuses a later one: whoever wants more time has to add another waiver, with
 * a reason.
 *
 * @param until as typed by the user
 * @param isDryRun only tries it
 */
export const shortenWaiver = (
  ports: Needs,
  actor: Actor,
  { id, until, isDryRun }: { id: string; until: string; isDryRun?: boolean },
): Promise<NamedWaiver> => {
  const shorten = (stores: Writable, waiver: Waiver) => {
    const earlier = futureTime(until, ports.clock.now())
    if (earlier instanceof Refused) throw earlier
    if (earlier >= waiver.until)
      throw waiverRefusal.waiver_not_shorter({ id: waiver.id, end: utcText(waiver.until), until: utcText(earlier) })
    return shortenTo(stores, ports.clock, actor, waiver, earlier)
  }
  return changeWaiver(ports, id, shorten, isDryRun)
}

/** Ends a waiver now. */
export const endWaiver = (ports: Needs, actor: Actor, id: string): Promise<NamedWaiver> =>
  changeWaiver(ports, id, (stores, waiver) => endNow(stores, ports.clock, actor, waiver))

/** Tries to end a waiver: returns what would change for the project or the instance, and changes nothing. */
export async function tryEndWaiver(
  ports: Needs & Pick<Ports, 'flavors'>,
  actor: Actor,
  id: string,
  shownMax: number,
): Promise<TriedWaiver> {
  const { stores, clock } = ports
  const known = await ports.flavors.list()
  const { result } = await changeOrTry(stores, true, async stores => {
    const waiver = await lockUsable(stores, clock, id)
    // Afterwards, it no longer counts.
    const effect = await waiverEffect(stores, known, clock.now(), waiver, shownMax)
    await endNow(stores, clock, actor, waiver)
    return { waiver, effect }
  })
  return { ...(await withNames(stores, clock.now(), [result.waiver]))[0]!, effect: result.effect }
}

/** Changes a waiver while holding its lock. */
async function changeWaiver(
  { stores, clock }: Needs,
  id: string,
  change: (stores: Writable, waiver: Waiver) => Promise<Waiver>,
  isDryRun = false,
): Promise<NamedWaiver> {
  const { result } = await changeOrTry(stores, isDryRun, async stores =>
    change(stores, await lockUsable(stores, clock, id)),
  )
  return (await withNames(stores, clock.now(), [result]))[0]!
}

/** Refuses a waiver that does not exist, and one that is over. */
async function lockUsable(stores: Writable, clock: Ports['clock'], id: string): Promise<Waiver> {
  if (columnTextProblem(id, idLengthMax)) throw waiverRefusal.waiver_not_found({ id })
  const waiver = await stores.waivers.lock(id)
  if (!waiver) throw waiverRefusal.waiver_not_found({ id })
  const { until, ended, endedBy } = waiver
  if (ended) throw waiverRefusal.waiver_already_ended({ id, user: endedBy ?? '', end: utcText(ended) })
  if (!isInForce(waiver, clock.now())) throw waiverRefusal.waiver_expired({ id, end: utcText(until) })
  return waiver
}
