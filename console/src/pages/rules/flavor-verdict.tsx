import { ApiProblem } from '../../parts/api-problem.tsx'
import { sizeWords } from '../../parts/flavor-size.ts'
import { Loading } from '../../parts/loading.tsx'
import { OutcomeMark, outcomeLooks } from '../../parts/outcome.tsx'
import type { versionChanges } from './change.ts'
import { ChangeButton } from './change-button.tsx'
import { useVerdict, type VersionData } from './version-data.ts'

type Props = Readonly<{
  flavorId: string
  data: VersionData
  changes: ReturnType<typeof versionChanges>
  onSaved: (title: string) => void
}>

/** What the version says to one flavor, with every reason, and the change that is closest. */
export function FlavorVerdict({ flavorId, data, changes, onSaved }: Props) {
  const { data: found, error } = useVerdict(data.version.id, flavorId)
  if (found === null) return <p>There is no flavor with the id {flavorId}.</p>
  if (!found) return error ? <ApiProblem error={error} /> : <Loading what="the verdict" />
  const { flavor, verdict } = found
  const isListed = data.listed.flavor_ids.includes(flavorId)
  return (
    <section className="panel" aria-labelledby="flavor-verdict">
      <h2 id="flavor-verdict">
        Flavor <bdi>{flavor.name}</bdi>
      </h2>
      <p>
        {sizeWords(flavor)}, id <code>{flavor.id}</code>
        {flavor.is_public ? '' : ', only for some projects'}
      </p>
      <p>
        <OutcomeMark outcome={verdict.outcome} /> – {outcomeLooks[verdict.outcome].means}
        {verdict.message === null ? '.' : `: ${verdict.message}.`}
      </p>
      {verdict.reasons.length > 0 ? (
        <ul className="stack tight">
          {verdict.reasons.map(({ code, requirement, level, source }) => (
            <li key={`${code} ${requirement}`} className="hint">
              {code === 'not_associated' ? 'The list' : `The requirement ${requirement}`} is a rule of{' '}
              {source === 'version' ? 'this version' : 'the datastore'}, with the level {level}.
            </li>
          ))}
        </ul>
      ) : null}
      <div>
        <ChangeButton
          key={String(isListed)}
          label={isListed ? 'Remove it from the list' : 'Add it to the list'}
          title={`${isListed ? 'Remove' : 'Add'} ${flavor.name} ${isListed ? 'from' : 'to'} the list`}
          change={isListed ? changes.removeFlavor(flavorId) : changes.addFlavors([flavorId])}
          onSaved={onSaved}
        />
      </div>
    </section>
  )
}
