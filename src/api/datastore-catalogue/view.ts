import { naiveUtc } from '../../model/naive-utc.ts'
import type { CataloguePlan } from '../../operations/datastore-catalogue/plan-catalogue.ts'
import type { DatastorePlan } from '../../operations/datastore-catalogue/plan-datastores.ts'
import type { VersionPlan } from '../../operations/datastore-catalogue/plan-version.ts'
import { isEmptyRulesPlan } from '../../rules/version-rows/plan-datastore-rules.ts'
import { addedBy } from '../../rules/version-rows/plan-exact-rows.ts'
import { isChange, type PlannedWaiver, type WaiversPlan } from '../../rules/waivers/plan-waivers.ts'
import { effectView } from '../flavor-policy/view.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'

type Applied = View<typeof schemas.replies.applied>

/** True if the plan of a catalogue changes anything. */
export const changesAnything = (plan: CataloguePlan): boolean =>
  plan.newDatastores.length + plan.datastoreRules.length + plan.defaults.changes.length + plan.versions.length > 0 ||
  plan.datastoreWaivers.some(({ waivers }) => isChange(waivers))

/** @param options.isDryRun true if nothing was changed: then effects name the flavors */
export const appliedView = (plan: CataloguePlan, options?: Readonly<{ isDryRun: true }>): Omit<Applied, 'dry_run'> => ({
  datastores: [
    ...plan.newDatastores
      .filter(name => plan.datastoreRules.every(each => each.name !== name))
      .map(name => ({ name, is_new: true, added: [], deleted: [], levels: [], versions: [] })),
    ...plan.datastoreRules.filter(each => !isEmptyRulesPlan(each.plan)).map(each => datastoreView(each, options)),
  ],
  default_versions: plan.defaults.changes.map(({ datastoreName, from, to }) => ({
    ...{ datastore: datastoreName, before: from ?? null, after: to ?? null },
  })),
  versions: plan.versions.map(each => versionView(each, options)),
  waivers: [
    ...plan.datastoreWaivers.flatMap(({ name, waivers }) => waiversView({ datastore: name, version: null }, waivers)),
    ...plan.versions.flatMap(({ match, waivers }) =>
      waiversView({ datastore: match.datastoreName, version: { name: match.name, version: match.number } }, waivers),
    ),
  ],
  untouched: plan.untouched,
  idle_managers: plan.idleManagers,
})

type ChangedWaiver = Applied['waivers'][number]

function waiversView(
  where: Pick<ChangedWaiver, 'datastore' | 'version'>,
  { add, shorten, end }: WaiversPlan,
): ChangedWaiver[] {
  const view = (change: ChangedWaiver['change'], id: string | null, waiver: PlannedWaiver): ChangedWaiver => ({
    ...{ change, id, ...where, project_id: waiver.projectId, instance_id: waiver.instanceId },
    ...{ only: waiver.only, until: naiveUtc(waiver.until), reason: waiver.reason },
  })
  return [
    ...end.map(waiver => view('ended', waiver.id, waiver)),
    ...shorten.map(({ waiver, until }) => view('shortened', waiver.id, { ...waiver, until })),
    ...add.map(waiver => view('added', null, waiver)),
  ]
}

const ruleView = ({ key, value, level }: DatastorePlan['plan']['insert'][number]) => ({ key, value, level })

const datastoreView = (
  { name, datastore, plan, effects }: DatastorePlan,
  dryRun: object | undefined,
): Applied['datastores'][number] => ({
  name,
  is_new: datastore === undefined,
  added: plan.insert.map(ruleView),
  deleted: plan.remove.map(ruleView),
  levels: plan.levels.map(({ rule: { key, value, level: before }, level: after }) => ({ key, value, before, after })),
  versions: effects.map(({ label, effect }) => ({ label, effect: effectView(effect, dryRun) })),
})

const versionView = (
  { match, properties, rows, levels, flavors }: VersionPlan,
  dryRun: object | undefined,
): Applied['versions'][number] => ({
  datastore: match.datastoreName,
  name: match.name,
  version: match.number,
  is_new: match.version === undefined,
  properties: properties.map(({ field, from, to }) => ({ name: field, before: from, after: to })),
  added: rows.flatMap(plan => addedBy(plan).map(value => ({ key: plan.key, value }))),
  deleted: rows.flatMap(plan => plan.end.map(({ value }) => ({ key: plan.key, value }))),
  levels: levels.map(({ key, value, before, level }) => ({
    ...{ key, value, before: before ?? null, after: level ?? null },
  })),
  effect: flavors ? effectView(flavors, dryRun) : null,
})
