import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { versionChanges } from './change.ts'
import { FlavorVerdict } from './flavor-verdict.tsx'
import { LastChanges, SavedNotice } from './last-changes.tsx'
import { ChangeListPolicy } from './list-policy.tsx'
import { AddFlavors, ListedFlavors } from './listed-flavors.tsx'
import { AddRequirement, Requirements } from './requirements.tsx'
import { useCounts, useVersion, type VersionData } from './version-data.ts'
import { VolumeTypes } from './volume-types.tsx'

const page = getRouteApi('/versions/$version')

/** A version for the operator: what it allows, by which rules, and how to change them. */
export function VersionPage() {
  const { version: id } = page.useParams()
  const { data, error } = useVersion(id)
  if (!data) return error ? <ApiProblem error={error} title="The version cannot be shown." /> : <Loading what="rules" />
  return <Version key={id} data={data} />
}

function Version({ data }: Readonly<{ data: VersionData }>) {
  const { flavor } = page.useSearch()
  const [saved, setSaved] = useState<string>()
  const { version, requirements } = data
  const changes = versionChanges(version.id)
  const subject = { version: version.id }
  const datastore = { id: version.datastore_id, name: version.datastore_name }
  return (
    <>
      <PageHeading
        about={
          <>
            Version {version.version} of{' '}
            <Link to="/datastores/$datastore" params={{ datastore: datastore.id }}>
              <bdi>{datastore.name}</bdi>
            </Link>
            {version.active ? '' : ', inactive'}. <Allowed versionId={version.id} />{' '}
            <Link to="/matrix" search={{ datastore: datastore.name }}>
              See every flavor
            </Link>
          </>
        }
      >
        {`${datastore.name} ${version.name}`}
      </PageHeading>
      <SavedNotice subject={subject} saved={saved} onSaved={setSaved} />
      {flavor === undefined ? null : (
        <FlavorVerdict flavorId={flavor} data={data} changes={changes} onSaved={setSaved} />
      )}
      <ListSection data={data} onSaved={setSaved} />
      <section className="panel" aria-labelledby="requirements">
        <h2 id="requirements">Requirements</h2>
        <Requirements
          requirements={requirements}
          source="version"
          datastore={datastore}
          changes={changes}
          onSaved={setSaved}
        />
        <div>
          <AddRequirement changes={changes} level={data.policy.enforcement} onSaved={setSaved} />
        </div>
      </section>
      <section className="panel" aria-labelledby="volume-types">
        <h2 id="volume-types">Volume types</h2>
        <VolumeTypes versionId={version.id} onSaved={setSaved} />
      </section>
      <section className="panel" aria-labelledby="last-changes">
        <h2 id="last-changes">Last changes</h2>
        <LastChanges subject={subject} onSaved={setSaved} />
      </section>
    </>
  )
}

function Allowed({ versionId }: Readonly<{ versionId: string }>) {
  const { data } = useCounts(versionId)
  if (!data?.version) return null
  return (
    <>
      It allows {data.version.flavors_allowed} of {data.flavorCount} flavors.
    </>
  )
}

type SectionProps = Readonly<{ data: VersionData; onSaved: (title: string) => void }>

function ListSection({ data, onSaved }: SectionProps) {
  const { flavors } = data.listed
  const changes = versionChanges(data.version.id)
  return (
    <section className="panel" aria-labelledby="list">
      <h2 id="list">List of flavors</h2>
      <ListPolicy data={data} onSaved={onSaved} />
      <ListedFlavors flavors={flavors} changes={changes} onSaved={onSaved} />
      <div>
        <AddFlavors flavors={flavors} changes={changes} onSaved={onSaved} />
      </div>
    </section>
  )
}

function ListPolicy({ data: { version, policy, ofDatastore }, onSaved }: SectionProps) {
  return (
    <>
      <dl className="version-facts">
        <div>
          <dt>Flavors outside the list</dt>
          <dd>{policy.restricted ? `not allowed (${policy.list_level})` : 'allowed'}</dd>
        </div>
        <div>
          <dt>This version’s own restriction</dt>
          <dd>{policy.restriction}</dd>
        </div>
        <div>
          <dt>Restriction of the datastore</dt>
          <dd>
            {ofDatastore.restriction}
            {ofDatastore.list_level === null ? '' : ` (${ofDatastore.list_level})`}
          </dd>
        </div>
        <div>
          <dt>Level of rules without their own</dt>
          <dd>{policy.enforcement}</dd>
        </div>
      </dl>
      <div>
        <ChangeListPolicy
          policy={policy}
          open="Every flavor is allowed while the list is empty; with a flavor on it, others are not."
          listed="Only flavors on the list are allowed, even if it is empty."
          setPolicy={versionChanges(version.id).setPolicy}
          onSaved={onSaved}
        />
      </div>
    </>
  )
}
