import type { Answer } from '../api/trove.ts'
import { counted } from './count-words.ts'

type Undone = Answer<'undoFlavorRuleEvent'>
export type Effect = NonNullable<Undone['effects'][number]['flavors']>
export type VolumeTypeEffect = NonNullable<Undone['effects'][number]['volume_types']>
export type DryRun = NonNullable<Undone['dry_run']>

/** What a change would do to the flavors of a version. */
export function PolicyEffect({ effect }: Readonly<{ effect: Effect }>) {
  const lines = linesOf(effect)
  return (
    <ul className="effect">
      {(lines.length > 0 ? lines : ['The same flavors would be allowed as before.']).map(line => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

function linesOf(effect: Effect): string[] {
  const { flavors_fell_out: fewer, flavors_came_in: more, instances_on_them: users } = effect
  const lines: [isSaid: boolean, words: string][] = [
    [effect.became === 'restricted', 'Only listed flavors would be allowed.'],
    [effect.became === 'open', 'No list would restrict the version any more.'],
    [effect.flavors_allowed === 0, 'No flavor would be allowed.'],
    [
      fewer > 0,
      `${counted(fewer, 'flavor', 'flavors')} would no longer be allowed; ${counted(users, 'instance has', 'instances have')} one of them and would keep running.`,
    ],
    [more > 0, `${counted(more, 'more flavor', 'more flavors')} would be allowed.`],
    [
      effect.flavors_warned > 0,
      `${counted(effect.flavors_warned, 'flavor', 'flavors')} would be allowed only with a warning.`,
    ],
    [
      effect.instances_out_of_line > 0,
      `${counted(effect.instances_out_of_line, 'instance', 'instances')} of this version would violate the flavor policy.`,
    ],
  ]
  return lines.flatMap(([isSaid, words]) => (isSaid ? [words] : []))
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
