import type { Answer } from '../api/trove.ts'
import { Moment } from '../parts/moment.tsx'
import { counted, firstNames } from './count-words.ts'
import { reasonName } from './reason-words.ts'

type Tried = Pick<Answer<'addFlavorWaiver'>, 'waiver' | 'dry_run'>

type Props = Readonly<{
  tried: Tried
  /** Whether the waiver would begin or end. */
  change: 'add' | 'end'
}>

/** What a waiver would change for its project or its instance. */
export function WaiverEffect({ tried: { waiver, dry_run: effect }, change }: Props) {
  if (!effect) return null
  const isAdded = change === 'add'
  const { flavors, instances, instance_count: count } = effect
  const allowed = isAdded ? 'would be allowed, with a warning' : 'would no longer be allowed'
  const waived = isAdded ? 'would be waived' : 'would no longer be waived'
  return (
    <>
      {isAdded ? (
        <p>
          In force until <Moment at={waiver.until} />.
        </p>
      ) : null}
      <ul className="effect">
        {flavors.map(({ version, flavors }) => (
          <li key={version.id}>
            {waiver.datastore.name} {version.name}: {counted(flavors.length, 'flavor', 'flavors')} {allowed}:{' '}
            {firstNames(flavors.map(({ id, name }) => name ?? id))}.
          </li>
        ))}
        {flavors.length === 0 ? <li>The same flavors would be allowed as before.</li> : null}
        <li>
          {count === 0 ? 'No finding' : counted(count, 'finding', 'findings')} {waived}
          {count === 0 ? '.' : ':'}
        </li>
        {instances.map(({ id, name, tenant_id: project, flavor, reasons }) => (
          <li key={id} className="inner">
            <bdi>{name}</bdi> of project {project}, on {flavor.name ?? flavor.id}: {reasons.map(reasonName).join(', ')}
          </li>
        ))}
        {count > instances.length ? <li className="inner">and {count - instances.length} more</li> : null}
      </ul>
    </>
  )
}
