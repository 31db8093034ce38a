import type { Answer } from '../api/trove.ts'
import { FlavorName } from '../parts/flavor-name.tsx'
import { outcomeLooks } from '../parts/outcome.tsx'
import { counted } from './count-words.ts'

type Undone = Answer<'undoFlavorRuleEvent'>
export type Effect = NonNullable<Undone['effects'][number]['flavors']>
export type VolumeTypeEffect = NonNullable<Undone['effects'][number]['volume_types']>
export type DryRun = NonNullable<Undone['dry_run']>

/** What a change would do to the flavors of a version. */
export function PolicyEffect({ effect }: Readonly<{ effect: Effect }>) {
  const lines = linesOf(effect)
  return (
    <>
      <ul className="effect">
        {(lines.length > 0 ? lines : [[true, 'The same flavors would be allowed as before.', 'plain'] as Line]).map(
          ([, words, look]) => (
            <li key={words} className={look}>
              {words}
            </li>
          ),
        )}
      </ul>
      <ChangedFlavors effect={effect} />
    </>
  )
}

/** The flavors of which something else would become, by name. */
export function ChangedFlavors({ effect }: Readonly<{ effect: Effect }>) {
  const { flavors_changed: changed = [], flavors_changed_count: count = 0 } = effect
  if (changed.length === 0) return null
  return (
    <>
      <ul className="changed-flavors">
        {changed.map(({ id, name, outcome, outcome_before: before }) => (
          <li key={id}>
            <span className={`outcome ${outcome}`}>
              <span aria-hidden="true">{outcomeLooks[outcome].sign}</span> <FlavorName>{name}</FlavorName>{' '}
              {outcomeLooks[outcome].inFull}
            </span>{' '}
            <span className="hint">(today {outcomeLooks[before].inFull})</span>
          </li>
        ))}
      </ul>
      {count > changed.length ? <p>And {counted(count - changed.length, 'more flavor', 'more flavors')}.</p> : null}
    </>
  )
}

/** A sentence, whether it is said, and how urgent it is. */
type Line = readonly [isSaid: boolean, words: string, look: 'problem-text' | 'warning-text' | 'plain']

function linesOf(effect: Effect): Line[] {
  const { flavors_fell_out: fewer, flavors_came_in: more, instances_on_them: users } = effect
  const lines: Line[] = [
    [effect.became === 'restricted', 'Only listed flavors would be allowed.', 'warning-text'],
    [
      effect.became === 'open',
      'No list would restrict the version any more: any flavor would be allowed that meets the requirements.',
      'warning-text',
    ],
    [effect.flavors_allowed === 0, 'No flavor would be allowed.', 'problem-text'],
    [
      fewer > 0,
      `${counted(fewer, 'flavor', 'flavors')} would no longer be allowed; ${counted(users, 'instance has', 'instances have')} one of them and would keep running.`,
      'problem-text',
    ],
    [more > 0, `${counted(more, 'more flavor', 'more flavors')} would be allowed.`, 'plain'],
    [
      effect.flavors_warned > 0,
      `${counted(effect.flavors_warned, 'flavor', 'flavors')} would be allowed only with a warning.`,
      'warning-text',
    ],
    [
      effect.instances_out_of_line > 0,
      `${counted(effect.instances_out_of_line, 'instance', 'instances')} of this version would violate the flavor policy.`,
      'warning-text',
    ],
  ]
  return lines.filter(([isSaid]) => isSaid)
}

/** What a change would do to the volume types of a version. */
export function VolumeTypeEffectLines({ effect }: Readonly<{ effect: VolumeTypeEffect }>) {
  const { types_allowed: allowed, types_fell_out: fewer } = effect
  return (
    <ul className="effect">
      {fewer > 0 ? <li>{counted(fewer, 'volume type', 'volume types')} would no longer be allowed.</li> : null}
      <li>{counted(allowed, 'volume type', 'volume types')} would be allowed.</li>
    </ul>
  )
}

/** The instances that a change would touch. */
export function TouchedInstances({ dryRun }: Readonly<{ dryRun: DryRun }>) {
  const { instance_count: count, project_count: projects, instances } = dryRun
  if (count === 0) return <p>No instance would be touched.</p>
  return (
    <>
      <p>
        {counted(count, 'instance', 'instances')} of {counted(projects, 'project', 'projects')} would be touched:
      </p>
      <ul className="effect">
        {instances.map(({ id, name, tenant_id: project, flavor }) => (
          <li key={id}>
            <bdi>{name}</bdi> of project {project}, on {flavor.name ?? flavor.id}
          </li>
        ))}
        {count > instances.length ? <li>and {count - instances.length} more</li> : null}
      </ul>
    </>
  )
}
