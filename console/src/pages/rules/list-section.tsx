import { Link } from '@tanstack/react-router'
import { counted } from '../../changes/count-words.ts'
import { type Level, versionChanges } from './change.ts'
import { ChangeListPolicy, type RestrictionWords } from './list-policy.tsx'
import { AddFlavors, ListedFlavors } from './listed-flavors.tsx'
import type { VersionData } from './version-data.ts'

type Props = Readonly<{ data: VersionData; onSaved: (title: string) => void }>

/** What becomes of flavors that are not on a list with this level. */
const othersWords: Readonly<Record<Level, string>> = {
  refuse: 'All others are refused.',
  warn: 'All others are admitted with a warning.',
  audit: 'All others are admitted, and only logs and reports say so.',
}

/** The list of a version: what it means, what is on it, and how to change both. */
export function ListSection({ data, onSaved }: Props) {
  const { policy, listed, version } = data
  const { flavors } = listed
  const changes = versionChanges(version.id)
  return (
    <section className="panel" aria-labelledby="list">
      <h2 id="list">List of flavors</h2>
      <ListWords data={data} />
      <ListedFlavors flavors={flavors} changes={changes} onSaved={onSaved} />
      <div className="row">
        <AddFlavors flavors={flavors} changes={changes} onSaved={onSaved} />
        <ChangeListPolicy
          policy={policy}
          words={flavors.length === 0 ? wordsOfEmptyList : wordsOfList}
          setPolicy={changes.setPolicy}
          onSaved={onSaved}
        />
      </div>
    </section>
  )
}

const wordsOfEmptyList: RestrictionWords = {
  open: { label: 'any flavor', detail: 'Any flavor is allowed until one is on the list.' },
  listed: {
    label: 'only the flavors on the list',
    detail: 'The list is empty. Add flavors to it first: without any, no flavor is allowed.',
  },
}

const wordsOfList: RestrictionWords = {
  open: {
    label: 'only the flavors below, or any flavor without a list',
    detail: 'To allow any flavor, remove all flavors from the list.',
  },
  listed: {
    label: 'only the flavors below',
    detail: 'If all flavors are removed from the list, no flavor is allowed.',
  },
}

function ListWords({ data: { version, policy, listed, ofDatastore } }: Pick<Props, 'data'>) {
  const count = listed.flavors.length
  return (
    <>
      <p>
        {policy.restricted ? (
          <>
            {count === 0
              ? 'Only flavors on the list are allowed, and it is empty. '
              : `Only the ${counted(count, 'flavor', 'flavors')} below ${count === 1 ? 'is' : 'are'} allowed. `}
            {othersWords[policy.list_level]}
          </>
        ) : (
          'Any flavor is allowed: no list restricts this version.'
        )}
        {ofDatastore.restriction === 'listed' ? (
          <>
            {' '}
            The datastore{' '}
            <Link to="/datastores/$datastore" params={{ datastore: version.datastore_id }}>
              <bdi>{version.datastore_name}</bdi>
            </Link>{' '}
            restricts all its versions to their lists, with the level {ofDatastore.list_level}.
          </>
        ) : null}
      </p>
      <p className="hint">
        A flavor must also meet the requirements below. Rules of this version without a level of their own have the
        level {policy.enforcement}.
      </p>
    </>
  )
}
