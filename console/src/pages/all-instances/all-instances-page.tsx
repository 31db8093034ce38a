import { getRouteApi, Link } from '@tanstack/react-router'
import type { Answer } from '../../api/trove.ts'
import { trove } from '../../api/trove.ts'
import { refreshMsOf, usePages } from '../../api/use-pages.ts'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { CheckBox } from '../../parts/check-box.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { FlavorName } from '../../parts/flavor-name.tsx'
import { useFlavorNames } from '../../parts/flavor-names.ts'
import { InstanceStatus } from '../../parts/instance-status.tsx'
import { Loading } from '../../parts/loading.tsx'
import { MoreButton } from '../../parts/more-button.tsx'
import { isNotAdmitted, OperatorsOnly } from '../../parts/operators-only.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { SettledInput } from '../../parts/settled-input.tsx'
import { VersionFilter } from '../../parts/version-filter.tsx'
import type { AllInstancesSearch } from './all-instances-search.ts'
import { Breaches } from './breaches.tsx'
import { type FindingsOf, useFindingsOf } from './use-findings-of.ts'

type Instance = Answer<'listManagedInstances'>['instances'][number]

const page = getRouteApi('/all-instances')

/** How often the list is read again, so that it shows the current states. */
const refreshMs = 10_000

const useInstances = ({ project, ...search }: AllInstancesSearch) =>
  usePages(
    ['all instances', project, search],
    page =>
      trove.listManagedInstances({
        query: { ...search, ...(project === undefined ? {} : { project_id: project }), ...page },
      }),
    { refetchInterval: pages => refreshMsOf(pages.length, refreshMs) },
  )

/** The instances of all projects, with what each of them breaks today. */
export function AllInstancesPage() {
  const search = page.useSearch()
  const list = useInstances(search)
  const flavorName = useFlavorNames()
  const pages = list.data?.pages ?? []
  const findings = useFindingsOf(
    pages.map(({ instances }) => instances.map(({ id }) => id)),
    search.deleted === undefined,
  )
  const instances = pages.flatMap(({ instances }) => instances)
  if (isNotAdmitted(list.error)) return <OperatorsOnly heading="All instances" error={list.error} />
  return (
    <>
      <PageHeading about="The instances of every project, and the rules that each of them breaks today.">
        All instances
      </PageHeading>
      <Filters search={search} />
      <ApiProblem error={list.error} title="The instances cannot be shown." />
      <ApiProblem error={findings.error} title="What they break cannot be shown." />
      {list.isPending ? <Loading what="instances" /> : null}
      {list.isSuccess && instances.length === 0 ? <NoInstances search={search} /> : null}
      {instances.length > 0 ? (
        <DataTable
          caption={search.deleted === undefined ? 'Instances of all projects' : 'Deleted instances of all projects'}
          columns={columnsWith(search, findings, flavorName)}
          rows={instances}
          keyOf={({ id }) => id}
        />
      ) : null}
      <MoreButton what="instances" list={list} isAutomatic />
    </>
  )
}

const columnsWith = (
  search: AllInstancesSearch,
  findings: FindingsOf,
  flavorName: (id: string) => string,
): readonly Column<Instance>[] => [
  {
    head: 'Name',
    cell: ({ name, id }) => (
      <div className="name-cell">
        <bdi>{name}</bdi>
        <br />
        <code className="hint">{id}</code>
      </div>
    ),
  },
  { head: 'State', cell: instance => <InstanceStatus instance={instance} /> },
  {
    head: 'Datastore',
    cell: ({ datastore }) => (
      <span className="unbroken">{`${datastore.type ?? 'unknown'} ${datastore.version ?? ''}`}</span>
    ),
  },
  { head: 'Flavor', cell: ({ flavor }) => <FlavorName>{flavorName(flavor.id)}</FlavorName> },
  {
    head: 'Project',
    cell: ({ tenant_id: project }) =>
      project === undefined ? (
        '–'
      ) : (
        <div className="project-cell">
          <Link to="/all-instances" search={{ ...search, project }}>
            {project}
          </Link>
        </div>
      ),
  },
  ...(search.deleted === undefined
    ? [{ head: 'Breaks today', cell: ({ id }: Instance) => <Breaches of={findings} id={id} /> }]
    : []),
]

function Filters({ search }: Readonly<{ search: AllInstancesSearch }>) {
  const navigate = page.useNavigate()
  const { name, project, datastore, version, deleted } = search
  const place = { ...(datastore === undefined ? {} : { datastore }), ...(version === undefined ? {} : { version }) }
  const change = (part: Readonly<Record<string, string | undefined>>, replace = false) =>
    navigate({
      search: before => Object.fromEntries(Object.entries({ ...before, ...part }).filter(([, value]) => value)),
      replace,
    })
  return (
    <search className="filters" aria-label="Filters">
      <SettledInput label="Name" type="search" value={name ?? ''} onChange={text => change({ name: text }, true)} />
      <VersionFilter value={place} onChange={to => change({ datastore: undefined, version: undefined, ...to })} />
      <SettledInput
        label="Project id"
        type="search"
        value={project ?? ''}
        onChange={text => change({ project: text }, true)}
      />
      <CheckBox isOn={deleted !== undefined} onChange={isOn => change({ deleted: isOn ? 'true' : undefined })}>
        Deleted instances instead
      </CheckBox>
      <p className="filter-links">
        <Link to="/compliance" search={{ ...place, ...(project === undefined ? {} : { project }) }}>
          Only those that break a rule
        </Link>
        {project === undefined ? null : (
          <Link to="/waivers" search={{ project }}>
            Waivers of the project
          </Link>
        )}
      </p>
    </search>
  )
}

const NoInstances = ({ search }: Readonly<{ search: AllInstancesSearch }>) =>
  Object.keys(search).length > 0 ? (
    <p>
      No instance has these properties. <Link to="/all-instances">Show all instances</Link>
    </p>
  ) : (
    <EmptyState title="No instances">
      <p>No project has an instance yet. As soon as one is created, it is listed here with its owner.</p>
    </EmptyState>
  )
