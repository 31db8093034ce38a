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
import { type NamedWaiver, withNames } from './list-waivers.ts'
import { endNow, shortenTo } from './write-waivers.ts'

type Needs = Pick<Ports, 'stores' | 'clock'>

/**
 * Gives a waiver an earlier end, in the future. Refuses a later one: whoever wants more time has to add another waiver, with
 * a reason.
 *
 * @param until as typed by the user
 */
export const shortenWaiver = (ports: Needs, actor: Actor, id: string, until: string): Promise<NamedWaiver> =>
  changeWaiver(ports, id, (stores, waiver) => {
    const earlier = futureTime(until, ports.clock.now())
    if (earlier instanceof Refused) throw earlier
    if (earlier >= waiver.until)
      throw waiverRefusal.waiver_not_shorter({ id: waiver.id, end: utcText(waiver.until), until: utcText(earlier) })
    return shortenTo(stores, ports.clock, actor, waiver, earlier)
  })

/** Ends a waiver now. */
export const endWaiver = (ports: Needs, actor: Actor, id: string): Promise<NamedWaiver> =>
  changeWaiver(ports, id, (stores, waiver) => endNow(stores, ports.clock, actor, waiver))

/** Changes a waiver while holding its lock. Refuses one that is over. */
async function changeWaiver(
  { stores, clock }: Needs,
  id: string,
  change: (stores: Omit<Stores, 'transaction'>, waiver: Waiver) => Promise<Waiver>,
): Promise<NamedWaiver> {
  if (columnTextProblem(id, idLengthMax)) throw waiverRefusal.waiver_not_found({ id })
  const changed = await stores.transaction(async stores => {
    const waiver = await stores.waivers.lock(id)
    if (!waiver) throw waiverRefusal.waiver_not_found({ id })
    const { until, ended, endedBy } = waiver
    if (ended) throw waiverRefusal.waiver_already_ended({ id, user: endedBy ?? '', end: utcText(ended) })
    if (!isInForce(waiver, clock.now())) throw waiverRefusal.waiver_expired({ id, end: utcText(until) })
    return change(stores, waiver)
  })
  return (await withNames(stores, clock.now(), [changed]))[0]!
}
