import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Choice, type Option } from '../../parts/choice.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { OutcomeMark, outcomeLooks } from '../../parts/outcome.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { type Flavor, useOverview, type Version } from './matrix-data.ts'
import { MatrixGrid } from './matrix-grid.tsx'
import type { MatrixSearch, ShownVersions } from './matrix-search.ts'

const page = getRouteApi('/matrix')

/** Which versions a filter shows. Their numbers are those of the API. */
const filters: Readonly<
  Record<ShownVersions, Readonly<{ label: string; detail: string; has(version: Version): boolean }>>
> = {
  broken: {
    label: 'Versions that allow no flavor',
    detail: 'No instance of them can be created.',
    has: ({ flavors_allowed }) => flavors_allowed === 0,
  },
  empty: {
    label: 'Versions without rules',
    detail: 'They allow every flavor.',
    has: ({ restricted, requirements }) => !restricted && requirements === 0,
  },
}

const all = 'all'
const showOptions: readonly Option[] = [
  { id: all, label: 'All versions' },
  ...Object.entries(filters).map(([id, { label, detail }]) => ({ id, label, detail })),
]

function useFiltered(search: MatrixSearch, versions: readonly Version[], flavors: readonly Flavor[]) {
  const { datastore, show, flavor = '' } = search
  return useMemo(() => {
    const words = flavor.toLowerCase()
    return {
      versions: versions.filter(
        version =>
          (datastore === undefined || version.datastore.name === datastore) && (!show || filters[show].has(version)),
      ),
      flavors: flavors.filter(({ id, name }) => name.toLowerCase().includes(words) || id === flavor),
    }
  }, [datastore, show, flavor, versions, flavors])
}

const none: readonly never[] = []

/** What fits where: every version and every flavor. */
export function MatrixPage() {
  const { data, error } = useOverview()
  const search = page.useSearch()
  const navigate = page.useNavigate()
  const { versions, flavors } = useFiltered(search, data?.versions ?? none, data?.flavors ?? none)
  return (
    <>
      <PageHeading about="Which flavors each datastore version allows. A cell leads to the version and its rules.">
        What fits where
      </PageHeading>
      <ApiProblem error={error} title="The versions cannot be shown." />
      {data === undefined && !error ? <Loading what="versions and flavors" /> : null}
      {data?.versions.length === 0 ? <NoVersions /> : null}
      {data && data.versions.length > 0 && data.flavors.length === 0 ? <NoFlavors /> : null}
      {data && data.versions.length > 0 && data.flavors.length > 0 ? (
        <>
          <Filters versions={data.versions} />
          <Counts shown={{ versions, flavors }} all={data.versions} />
          {versions.length > 0 && flavors.length > 0 ? (
            <MatrixGrid key={versions.length} versions={versions} flavors={flavors} />
          ) : (
            <EmptyState title="Nothing matches these filters">
              <p>{versions.length === 0 ? 'There is no such version.' : `No flavor is called '${search.flavor}'.`}</p>
              <ActionButton onPress={() => navigate({ search: {} })}>Show everything</ActionButton>
            </EmptyState>
          )}
          <Legend />
        </>
      ) : null}
    </>
  )
}

function Filters({ versions }: Readonly<{ versions: readonly Version[] }>) {
  const search = page.useSearch()
  const navigate = page.useNavigate()
  const change = (part: { readonly [Key in keyof MatrixSearch]: MatrixSearch[Key] | undefined }) =>
    navigate({
      search: before => Object.fromEntries(Object.entries({ ...before, ...part }).filter(([, value]) => value)),
      replace: true,
    })
  const datastores = [...new Set(versions.map(({ datastore }) => datastore.name))]
  return (
    <div className="filters">
      <Choice
        label="Datastore"
        options={[{ id: all, label: 'All datastores' }, ...datastores.map(name => ({ id: `=${name}`, label: name }))]}
        value={search.datastore === undefined ? all : `=${search.datastore}`}
        onChange={id => change({ datastore: id === all ? undefined : id.slice(1) })}
      />
      <Choice
        label="Show"
        options={showOptions}
        value={search.show ?? all}
        onChange={id => change({ show: id === all ? undefined : (id as ShownVersions) })}
      />
      <TextInput
        label="Search flavors by name"
        type="search"
        value={search.flavor ?? ''}
        onChange={flavor => change({ flavor: flavor || undefined })}
      />
    </div>
  )
}

type CountsProps = Readonly<{
  shown: Readonly<{ versions: readonly Version[]; flavors: readonly Flavor[] }>
  all: readonly Version[]
}>

function Counts({ shown, all }: CountsProps) {
  const { show } = page.useSearch()
  const broken = all.filter(filters.broken.has).length
  return (
    <p role="status">
      {counted(shown.versions.length, 'version')} × {counted(shown.flavors.length, 'flavor')}.{' '}
      {broken > 0 && show !== 'broken' ? (
        <Link to="/matrix" search={{ show: 'broken' }}>
          {counted(broken, 'version')} {broken === 1 ? 'allows' : 'allow'} no flavor
        </Link>
      ) : null}
    </p>
  )
}

const counted = (count: number, word: string) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`

const Legend = () => (
  <dl className="legend">
    {(['allowed', 'warned', 'audited', 'refused'] as const).map(outcome => (
      <div key={outcome}>
        <dt>
          <OutcomeMark outcome={outcome} />
        </dt>
        <dd className="hint">{outcomeLooks[outcome].means}</dd>
      </div>
    ))}
  </dl>
)

const NoVersions = () => (
  <EmptyState title="No datastore versions yet">
    <p>
      A datastore is a kind of database, and its versions are what tenants choose from. Add one with{' '}
      <code>trove-manage datastore_version_update</code>, or apply a datastore catalogue.
    </p>
  </EmptyState>
)

const NoFlavors = () => (
  <EmptyState title="No flavors yet">
    <p>A flavor is a size: vCPUs, memory and disk. They come from Nova, or from the file flavors.yaml.</p>
  </EmptyState>
)
