import { getRouteApi, Link } from '@tanstack/react-router'
import type { ApiError } from '../../api/trove.ts'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { hasDatabases } from '../../parts/engine-kind.ts'
import { InstanceStatus } from '../../parts/instance-status.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { ContentsView } from './contents-view.tsx'
import { type Instance, isGone, useInstance } from './instance-queries.ts'
import { type InstanceView, instanceViews } from './instance-search.ts'
import { ManageView } from './manage-view.tsx'
import { NewLogins } from './new-logins.tsx'
import { Overview } from './overview.tsx'
import { Progress } from './progress.tsx'
import { SizeView } from './size-view.tsx'

const page = getRouteApi('/instances/$id')

const views: Readonly<Record<InstanceView, (props: Readonly<{ instance: Instance }>) => React.ReactNode>> = {
  overview: Overview,
  size: SizeView,
  contents: ContentsView,
  manage: ManageView,
}

/** An instance: how to connect to it, its size, what is in it, and what can be done with it. */
export function InstancePage() {
  const { id } = page.useParams()
  const { view = 'overview' } = page.useSearch()
  const { data: instance, error } = useInstance(id)
  if (isGone(error)) return <Gone error={error} wasKnown={instance !== undefined} />
  const View = views[view]
  return (
    <>
      <PageHeading about={instance ? <InstanceStatus instance={instance} /> : 'One moment …'}>
        {instance?.name ?? 'Instance'}
      </PageHeading>
      <ApiProblem error={error} title="The instance cannot be shown." />
      {instance === undefined && !error ? <Loading what="the instance" /> : null}
      {instance === undefined ? null : (
        <>
          <Progress key={id} instance={instance} />
          <NewLogins instance={instance} />
          <ViewLinks instance={instance} present={view} />
          <View instance={instance} />
        </>
      )}
    </>
  )
}

type LinkProps = Readonly<{ instance: Instance; present: InstanceView }>

const ViewLinks = ({ instance, present }: LinkProps) => (
  <nav aria-label="About this instance">
    <ul className="tabs">
      {Object.entries(instanceViews).map(([view, label]) => (
        <li key={view}>
          <Link
            to="/instances/$id"
            params={{ id: instance.id }}
            search={({ language, user }) => ({
              ...(view === 'overview' ? {} : { view: view as InstanceView }),
              ...(language === undefined ? {} : { language }),
              ...(user === undefined ? {} : { user }),
            })}
            className="tab tab-link"
            // Without it, the link to the overview would count as present in every view.
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={view === present ? 'page' : undefined}
          >
            {view === 'contents' && !hasDatabases(instance.datastore) ? 'Root' : label}
          </Link>
        </li>
      ))}
    </ul>
  </nav>
)

const Gone = ({ error, wasKnown }: Readonly<{ error: ApiError; wasKnown: boolean }>) => (
  <>
    <PageHeading>{wasKnown ? 'This instance was deleted' : 'Instance not found'}</PageHeading>
    <p>{error.message}</p>
    <p>
      Go to <Link to="/instances">your instances</Link>.
    </p>
  </>
)
