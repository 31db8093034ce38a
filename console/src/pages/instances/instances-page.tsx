import { useQuery } from '@tanstack/react-query'
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
import { QuotaLeft } from '../../quota/quota-left.tsx'

type Instance = Answer<'listInstances'>['instances'][number]

const page = getRouteApi('/instances')

/** How often the list is read again, so that it shows the current states; more often while they change. */
const refreshMs = 5000
const busyMs = 1000

const columnsWith = (sizes: ReadonlyMap<string, string>): readonly Column<Instance>[] => [
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
  {
    head: 'Size',
    cell: ({ flavor: { id } }) => (
      <span className="size-name">
        <BidiName>{sizes.get(id) ?? id}</BidiName>
      </span>
    ),
  },
  { head: 'Volume', cell: ({ volume }) => (volume ? `${volume.size} GiB` : '–'), isNumber: true },
]

/** What the list shows of an instance, and its id. */
const searchedIn = ({ id, name, status, datastore: { type, version }, hostname, ip, port }: Instance) => [
  id,
  name,
  status,
  `${type ?? ''} ${version ?? ''}`,
  addressWords(hostname ?? ip?.[0], port),
]

const isFoundBy = (search: string) => {
  const words = search.toLowerCase()
  return (instance: Instance) => searchedIn(instance).some(text => text.toLowerCase().includes(words))
}

const keyOf = ({ id }: Instance) => id

const addressWords = (host: string | undefined, port: number | undefined) =>
  host === undefined ? '–' : port === undefined ? host : `${host}:${port}`

const noSizes: ReadonlyMap<string, string> = new Map()

const useInstances = () =>
  useAllPages(['instances'], query => trove.listInstances({ query }), {
    refetchInterval: pages =>
      refreshMsOf(pages.length, pages.some(({ instances }) => instances.some(isBusy)) ? busyMs : refreshMs),
  })

/** The instances of the project. */
export function InstancesPage() {
  const { search = '' } = page.useSearch()
  const navigate = page.useNavigate()
  const { data: list, error, hasNextPage } = useInstances()
  const { data: sizes = noSizes } = useQuery({
    queryKey: ['names of sizes'],
    queryFn: async () =>
      new Map((await trove.listFlavors({})).flavors.map(({ str_id: id, name }) => [id, name] as const)),
    staleTime: 60_000,
  })
  const columns = useMemo(() => columnsWith(sizes), [sizes])
  const data = useMemo(() => list?.pages.flatMap(({ instances }) => instances), [list])
  const found = useMemo(() => data?.filter(isFoundBy(search)), [data, search])
  return (
    <>
      <PageHeading
        actions={
          <Link to="/create" className="button primary">
            Create an instance
          </Link>
        }
      >
        Instances
      </PageHeading>
      <QuotaLeft resources={['instances', 'ram', 'volumes']} />
      <ApiProblem error={error} title="The instances cannot be shown." />
      {data === undefined && !error ? <Loading what="instances" /> : null}
      {data?.length === 0 ? (
        <EmptyState title="No instances yet">
          <p>An instance is a database server of your project. Create one to get an address to connect to.</p>
        </EmptyState>
      ) : null}
      {data && data.length > 0 ? (
        <TextInput
          label="Search instances"
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
