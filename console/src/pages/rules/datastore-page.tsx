import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type Answer, trove } from '../../api/trove.ts'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Badge } from '../../parts/badge.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { datastoreChanges } from './change.ts'
import { LastChanges, SavedNotice } from './last-changes.tsx'
import { ChangeListPolicy, type RestrictionWords } from './list-policy.tsx'
import { AddRequirement, Requirements } from './requirements.tsx'

const page = getRouteApi('/datastores/$datastore')

type Policy = Answer<'showDatastoreFlavorPolicy'>['policy']
type Version = Answer<'listFlavorVerdicts'>['versions'][number]

/** A datastore for the operator: the rules of all its versions, and what each version allows. */
export function DatastorePage() {
  const { datastore } = page.useParams()
  const { data, error } = useQuery({
    queryKey: ['datastore rules', datastore],
    queryFn: async () => (await trove.showDatastoreFlavorPolicy({ path: { datastore } })).policy,
  })
  if (!data)
    return error ? <ApiProblem error={error} title="The datastore cannot be shown." /> : <Loading what="rules" />
  return <Datastore key={data.datastore.id} policy={data} />
}

function Datastore({ policy }: Readonly<{ policy: Policy }>) {
  const { datastore, requirements } = policy
  const [saved, setSaved] = useState<string>()
  const changes = datastoreChanges(datastore.id)
  const subject = { datastore: datastore.id }
  return (
    <>
      <PageHeading
        about={
          <>
            These rules apply to all {policy.versions} versions, and to versions that are added later.{' '}
            <Link to="/matrix" search={{ datastore: datastore.name }}>
              See every flavor
            </Link>
          </>
        }
      >
        {datastore.name}
      </PageHeading>
      <SavedNotice subject={subject} saved={saved} onSaved={setSaved} />
      <section className="panel" aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <Versions datastoreId={datastore.id} />
      </section>
      <section className="panel" aria-labelledby="requirements">
        <h2 id="requirements">Requirements of the datastore</h2>
        <Requirements
          requirements={requirements}
          source="datastore"
          datastore={datastore}
          changes={changes}
          onSaved={setSaved}
        />
        <div>
          <AddRequirement changes={changes} level="refuse" onSaved={setSaved} />
        </div>
      </section>
      <Lists policy={policy} onSaved={setSaved} />
      <section className="panel" aria-labelledby="last-changes">
        <h2 id="last-changes">Last changes</h2>
        <LastChanges subject={subject} onSaved={setSaved} />
      </section>
    </>
  )
}

const restrictionWords: RestrictionWords = {
  open: { label: 'as each version says', detail: 'Each version decides for itself whether its list restricts it.' },
  listed: {
    label: 'only those on the list of each version',
    detail: 'A version with an empty list allows no flavor: add flavors to the lists first.',
  },
}

function Lists({ policy, onSaved }: Readonly<{ policy: Policy; onSaved: (title: string) => void }>) {
  return (
    <section className="panel" aria-labelledby="list">
      <h2 id="list">Lists of flavors</h2>
      <p>
        {policy.restriction === 'listed'
          ? `Each version allows only the flavors on its list. The level of this rule is ${policy.list_level}.`
          : 'Each version decides for itself whether only flavors on its list are allowed.'}
      </p>
      <div>
        <ChangeListPolicy
          policy={policy}
          words={restrictionWords}
          setPolicy={datastoreChanges(policy.datastore.id).setPolicy}
          onSaved={onSaved}
        />
      </div>
    </section>
  )
}

const columns: readonly Column<Version>[] = [
  {
    head: 'Version',
    cell: ({ id, name, active }) => (
      <>
        <Link to="/versions/$version" params={{ version: id }}>
          <bdi>{name}</bdi>
        </Link>
        {active ? '' : ' (inactive)'}
      </>
    ),
  },
  {
    head: 'Flavors allowed',
    cell: ({ flavors_allowed: allowed }) => (allowed === 0 ? <Badge kind="problem">none</Badge> : allowed),
    isNumber: true,
  },
  { head: 'With a warning', cell: ({ flavors_warned }) => flavors_warned, isNumber: true },
  { head: 'Audited', cell: ({ flavors_audited }) => flavors_audited, isNumber: true },
  { head: 'Refused', cell: ({ flavors_refused }) => flavors_refused, isNumber: true },
]

function Versions({ datastoreId }: Readonly<{ datastoreId: string }>) {
  const { data, error } = useQuery({
    queryKey: ['flavor verdicts'],
    queryFn: () => trove.listFlavorVerdicts({}),
    structuralSharing: false,
  })
  if (!data) return error ? <ApiProblem error={error} /> : <Loading what="versions" />
  const rows = data.versions.filter(({ datastore }) => datastore.id === datastoreId)
  if (rows.length === 0) return <p>No version yet. The rules below will apply to the first one.</p>
  return <DataTable caption="Versions" columns={columns} rows={rows} keyOf={({ id }) => id} />
}
