import { columnTextProblem } from '../../model/column-text.ts'
import type { CatalogueProblem, PlacedProblem, StatedWaiver } from '../../model/datastore-catalogue.ts'
import { type InstanceId, idLengthMax, type ProjectId } from '../../model/ids.ts'
import { Refused } from '../../model/refused.ts'
import type { Waiver } from '../../model/waiver.ts'
import { isInForce } from '../allowed/flavor/waive.ts'
import { refusal } from '../refusals.ts'
import { waiverRefusal } from './refusals.ts'
import { waivedReasons } from './waivable-reasons.ts'
import { reasonProblem } from './waiver-reason.ts'
import { readTime, tooLong } from './waiver-until.ts'

/** A waiver of a file, with its values read. */
export type PlannedWaiver = Pick<Waiver, 'projectId' | 'instanceId' | 'only' | 'until' | 'reason'>

/** The changes that make the waivers in force those that a file states. */
export type WaiversPlan = Readonly<{
  add: readonly PlannedWaiver[]
  shorten: readonly Readonly<{ waiver: Waiver; until: Date }>[]
  end: readonly Waiver[]
}>

export const noWaivers: WaiversPlan = { add: [], shorten: [], end: [] }

export const isChange = ({ add, shorten, end }: WaiversPlan): boolean => add.length + shorten.length + end.length > 0

/** What a plan depends on besides the file and the waivers. */
export type WaiverFacts = Readonly<{
  now: Date
  daysMax: number
  /** The projects of the live instances that the file names. */
  projectOf: ReadonlyMap<InstanceId, ProjectId>
}>

/**
 * Plans the changes for one version, or for one datastore as a whole. A waiver that is stated with an earlier end is shortened. One with a
 * later end or another reason is a new waiver, with a new author, and the old one ends. The limits for new waivers do not
 * apply to those that are stored in these words.
 *
 * @param stated undefined if the file does not say anything about them: then they stay
 * @returns `expired`: the number of stated waivers whose time is over, which are as if they were not there
 * @param stored the waivers in force that are for this version, or for the datastore as a whole
 */
export function planWaivers(
  stated: readonly StatedWaiver[] | undefined,
  stored: readonly Waiver[],
  facts: WaiverFacts,
): { plan: WaiversPlan; expired: number; problems: Omit<PlacedProblem, 'version'>[] } {
  if (stated === undefined) return { plan: noWaivers, expired: 0, problems: [] }
  const read = stated.map(each => ({ line: each.line, waiver: readStated(each) }))
  const problems = read.flatMap(({ line, waiver }) =>
    waiver instanceof Refused ? [{ line, problem: problemOf(waiver) }] : [],
  )
  const all = read.flatMap(({ line, waiver }) => (waiver instanceof Refused ? [] : [{ line, waiver }]))
  const live = all.filter(({ waiver }) => isInForce({ until: waiver.until, ended: null }, facts.now))
  const rest = new Set(stored)
  const take = (isMeant: (waiver: Waiver) => boolean) => {
    const found = [...rest].find(isMeant)
    if (found) rest.delete(found)
    return found
  }
  // Exact matches first, so that they are not shortened for another entry.
  const changed = live.filter(({ waiver }) => !take(each => isSame(each, waiver) && +each.until === +waiver.until))
  const shorten: { waiver: Waiver; until: Date }[] = []
  const add: PlannedWaiver[] = []
  for (const { line, waiver } of changed) {
    const longer = take(each => isSame(each, waiver) && each.until > waiver.until)
    if (longer) shorten.push({ waiver: longer, until: waiver.until })
    else {
      const refused = newWaiverRefusal(waiver, facts)
      if (refused) problems.push({ line, problem: problemOf(refused) })
      add.push(waiver)
    }
  }
  return { plan: { add, shorten, end: [...rest] }, expired: all.length - live.length, problems }
}

const isSame = (a: PlannedWaiver, b: PlannedWaiver) =>
  a.projectId === b.projectId &&
  a.instanceId === b.instanceId &&
  a.reason === b.reason &&
  a.only.length === b.only.length &&
  a.only.every((each, index) => each === b.only[index])

function readStated({ projectId, instanceId, only, until, reason }: StatedWaiver): PlannedWaiver | Refused {
  const time = readTime(until)
  if (!time) return waiverRefusal.waiver_time_invalid({ typed: until, inFile: true })
  const reasons = waivedReasons(only)
  if (reasons instanceof Refused) return reasons
  return { projectId, instanceId: instanceId ?? null, only: reasons, until: time, reason }
}

function newWaiverRefusal(waiver: PlannedWaiver, facts: WaiverFacts): Refused | undefined {
  const { until, projectId, instanceId, reason } = waiver
  const ofProject = columnTextProblem(projectId, idLengthMax)
  if (ofProject) return refusal.text_unusable({ what: 'project id', problem: ofProject })
  const ofReason = reasonProblem(reason)
  if (ofReason) return refusal.text_unusable({ what: 'reason', problem: ofReason })
  const isElsewhere = instanceId !== null && facts.projectOf.get(instanceId) !== projectId
  return isElsewhere
    ? waiverRefusal.waiver_instance_elsewhere({ instanceId, projectId })
    : tooLong(until, facts.now, facts.daysMax)
}

const problemOf = ({ message }: Refused): CatalogueProblem => ({ code: 'waiver_unusable', message })
