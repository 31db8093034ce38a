import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { type Answer, trove } from '../../api/trove.ts'
import { refreshMsOf, useAllPages } from '../../api/use-pages.ts'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { BidiName } from '../../parts/bidi-name.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { InstanceStatus, isBusy } from '../../parts/instance-status.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { TextInput } from '../../parts/text-input.tsx'

type Instance = Answer<'listInstances'>['instances'][number]

const page = getRouteApi('/instances')

/** How often the list is read again, so that it shows the current states; more often while they change. */
const refreshMs = 5000
const busyMs = 1000

const columns: readonly Column<Instance>[] = [
  {
    head: 'Name',
    cell: ({ id, name }) => (
      <Link to="/instances/$id" params={{ id }}>
        <BidiName>{name === '' ? id : name}</BidiName>
      </Link>
    ),
  },
  { head: 'State', cell: instance => <InstanceStatus instance={instance} /> },
  {
    head: 'Datastore',
    cell: ({ datastore: { type, version } }) => (
      <span className="whole">{`${type ?? 'unknown'} ${version ?? ''}`}</span>
    ),
  },
  {
    head: 'Address',
    cell: ({ hostname, ip, port }) => <span className="whole">{addressWords(hostname ?? ip?.[0], port)}</span>,
  },
  { head: 'Volume', cell: ({ volume }) => (volume ? `${volume.size} GiB` : '–'), isNumber: true },
]

const keyOf = ({ id }: Instance) => id

const addressWords = (host: string | undefined, port: number | undefined) =>
  host === undefined ? '–' : port === undefined ? host : `${host}:${port}`

const useInstances = () =>
  useAllPages(['instances'], query => trove.listInstances({ query }), {
    refetchInterval: pages =>
      refreshMsOf(pages.length, pages.some(({ instances }) => instances.some(isBusy)) ? busyMs : refreshMs),
  })

const isFoundBy = (words: string) => {
  const wanted = words.toLowerCase()
  return ({ id, name }: Instance) => name.toLowerCase().includes(wanted) || id.startsWith(wanted)
}

/** The instances of the project. */
export function InstancesPage() {
  const { search = '' } = page.useSearch()
  const navigate = page.useNavigate()
  const { data: list, error, hasNextPage } = useInstances()
  const data = useMemo(() => list?.pages.flatMap(({ instances }) => instances), [list])
  const found = useMemo(() => data?.filter(isFoundBy(search)), [data, search])
  return (
    <>
      <PageHeading
        actions={
          <Link to="/create" className="button primary">
            Create a database
          </Link>
        }
      >
        Instances
      </PageHeading>
      <ApiProblem error={error} title="The instances cannot be shown." />
      {data === undefined && !error ? <Loading what="instances" /> : null}
      {data?.length === 0 ? (
        <EmptyState title="No instances yet">
          <p>An instance is a database server of your project. Create one to get an address to connect to.</p>
        </EmptyState>
      ) : null}
      {data && data.length > 0 ? (
        <TextInput
          label="Search by name or id"
          type="search"
          value={search}
          onChange={value => navigate({ search: value === '' ? {} : { search: value }, replace: true })}
        />
      ) : null}
      {data && hasNextPage && !error ? <p role="status">{data.length} instances so far. Loading more …</p> : null}
      {found && found.length > 0 ? (
        <DataTable caption="Instances" columns={columns} rows={found} keyOf={keyOf} />
      ) : null}
      {data && data.length > 0 && found?.length === 0 && !hasNextPage ? <p>No instance matches '{search}'.</p> : null}
    </>
  )
}
