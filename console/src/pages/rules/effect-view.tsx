import type { Answer } from '../../api/trove.ts'
import { counted } from '../../changes/count-words.ts'
import { ChangedFlavors } from '../../changes/policy-effect.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { FlavorName } from '../../parts/flavor-name.tsx'
import { Notice } from '../../parts/notice.tsx'
import type { FlavorEffect, Outcome, VolumeTypeEffect } from './change.ts'

type Touched = NonNullable<Answer<'setFlavorPolicy'>['dry_run']>
type Instance = Touched['instances'][number]

/** What a change would do, as the dry run says it. */
export function EffectView({ outcome }: Readonly<{ outcome: Outcome }>) {
  const { effects, warnings = [], changes, touched } = outcome
  return (
    <section className="stack" aria-label="Effect" role="status">
      <h3>What would change</h3>
      {changes === false ? <p>Nothing: the rules already say this.</p> : null}
      {effects.map(({ id, name, flavors, volumeTypes }) => (
        <div key={id} className="stack tight">
          {name === undefined ? null : (
            <h4>
              <bdi>{name}</bdi>
            </h4>
          )}
          {flavors ? <FlavorsEffect effect={flavors} /> : null}
          {volumeTypes ? <TypesEffect effect={volumeTypes} /> : null}
        </div>
      ))}
      {warnings.map(warning => (
        <Notice key={warning} kind="warning">
          <p>{warning}</p>
        </Notice>
      ))}
      {touched ? <TouchedInstances touched={touched} /> : null}
    </section>
  )
}

function FlavorsEffect({ effect }: Readonly<{ effect: FlavorEffect }>) {
  const {
    flavors_came_in: cameIn,
    flavors_fell_out: fellOut,
    flavors_allowed: allowed,
    flavors_warned: warned,
  } = effect
  const { flavors_audited: audited, instances_on_them: onThem } = effect
  return (
    <>
      {effect.became === 'restricted' ? <p>Only flavors on the list would be allowed.</p> : null}
      {effect.became === 'open' ? <p>Flavors would no longer have to be on the list.</p> : null}
      {cameIn + fellOut === 0 ? <p>The same flavors would be allowed as before.</p> : null}
      {allowed === 0 ? (
        <Notice kind="problem" title="No flavor would be allowed." isUrgent={false}>
          <p>No instance could be created.</p>
        </Notice>
      ) : null}
      <ChangedFlavors effect={effect} />
      <p className="hint">
        {counted(cameIn, 'flavor', 'flavors')} newly allowed, {fellOut} no longer allowed. Afterwards {allowed} allowed,{' '}
        {warned} of them with a warning and {audited} audited.
        {onThem > 0
          ? ` ${counted(onThem, 'instance uses', 'instances use')} flavors that would no longer be allowed.`
          : ''}
      </p>
    </>
  )
}

const TypesEffect = ({ effect }: Readonly<{ effect: VolumeTypeEffect }>) => (
  <p>
    {effect.became === 'restricted' ? 'Only associated volume types would be allowed. ' : ''}
    {effect.became === 'open' ? 'Every volume type would be allowed. ' : ''}
    {counted(effect.types_allowed, 'volume type', 'volume types')} allowed afterwards, {effect.types_fell_out} no longer
    allowed.
  </p>
)

/** The facts of a reason, in short. */
const reasonWords = ({ code, requirement, actual, unit }: Instance['reasons'][number]): string => {
  if (code === 'requirement_not_met')
    return `${requirement} (${actual === null ? 'not defined' : `has ${actual}${unit ? ` ${unit}` : ''}`})`
  return code === 'not_associated' ? 'not on the list' : `${code}${requirement ? `: ${requirement}` : ''}`
}

const columns: readonly Column<Instance>[] = [
  { head: 'Instance', cell: ({ name }) => <bdi>{name}</bdi> },
  { head: 'Project', cell: ({ tenant_id: project }) => project },
  { head: 'Flavor', cell: ({ flavor }) => <FlavorName>{flavor.name ?? flavor.id}</FlavorName> },
  { head: 'Breaks', cell: ({ reasons }) => reasons.map(reasonWords).join('; ') },
]

function TouchedInstances({ touched }: Readonly<{ touched: Touched }>) {
  const { instance_count: count, project_count: projects, instances } = touched
  if (count === 0) return <p>No existing instance would break a rule that it keeps today.</p>
  return (
    <>
      <p>
        <strong>
          {counted(count, 'instance', 'instances')} of {counted(projects, 'project', 'projects')}
        </strong>{' '}
        would break a rule. They would keep running; a later resize is judged by the new rules.
      </p>
      <DataTable caption="Touched instances" columns={columns} rows={instances} keyOf={({ id }) => id} />
      {count > instances.length ? (
        <p>And {counted(count - instances.length, 'more instance', 'more instances')}.</p>
      ) : null}
    </>
  )
}
