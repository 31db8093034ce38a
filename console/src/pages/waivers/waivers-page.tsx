import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { allPages } from '../../api/next-page.ts'
import { trove } from '../../api/trove.ts'
import { WaiveDialog } from '../../changes/waive-dialog.tsx'
import { emptyDraft, type WaiverDraft } from '../../changes/waiver-fields.tsx'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { CheckBox } from '../../parts/check-box.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Notice } from '../../parts/notice.tsx'
import { isNotAdmitted, OperatorsOnly } from '../../parts/operators-only.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { SettledInput } from '../../parts/settled-input.tsx'
import { VersionFilter } from '../../parts/version-filter.tsx'
import { EndDialog } from './end-dialog.tsx'
import { ShortenDialog } from './shorten-dialog.tsx'
import { bySoonestEnd, type Waiver } from './waiver.ts'
import { WaiverCard } from './waiver-card.tsx'
import type { WaiversSearch } from './waivers-search.ts'

const page = getRouteApi('/waivers')

const useWaivers = ({ datastore, version, project, all }: WaiversSearch) =>
  useQuery({
    queryKey: ['waivers', datastore, version, project, all],
    queryFn: () =>
      allPages(async marker => {
        const { waivers, links } = await trove.listFlavorWaivers({
          query: {
            ...(datastore === undefined ? {} : { datastore }),
            ...(version === undefined ? {} : { version }),
            ...(project === undefined ? {} : { project_id: project }),
            ...(all === undefined ? {} : { all }),
            ...(marker === undefined ? {} : { marker }),
          },
        })
        return { items: waivers, links }
      }),
  })

/** What an operator is about to do: add a waiver, or change one. */
type Task = Readonly<{ add: WaiverDraft; title: string } | { shorten: Waiver } | { end: Waiver }>

/** Who may break which rules, and until when. */
export function WaiversPage() {
  const search = page.useSearch()
  const { data, error, isPending } = useWaivers(search)
  const [task, setTask] = useState<Task>()
  const [done, setDone] = useState<string>()
  const close = () => setTask(undefined)
  const start = (next: Task) => {
    setDone(undefined)
    setTask(next)
  }
  const finish = (words: string) => {
    close()
    setDone(words)
  }
  if (isNotAdmitted(error)) return <OperatorsOnly heading="Waivers" error={error} />
  return (
    <>
      <PageHeading
        about="Projects and instances that may break a rule until a time. The next end is first."
        actions={
          <ActionButton look="primary" onPress={() => start({ add: emptyDraft, title: 'Add a waiver' })}>
            Add a waiver
          </ActionButton>
        }
      >
        Waivers
      </PageHeading>
      <Filters search={search} />
      <ApiProblem error={error} title="The waivers cannot be shown." />
      {done === undefined ? null : <Notice kind="good" title={done} />}
      {isPending ? <Loading what="waivers" /> : null}
      {data?.length === 0 ? <NoWaivers isFiltered={Object.keys(search).length > 0} /> : null}
      <ul className="stack">
        {data?.toSorted(bySoonestEnd).map(waiver => (
          <WaiverCard
            key={waiver.id}
            waiver={waiver}
            onShorten={() => start({ shorten: waiver })}
            onExtend={() => start({ add: draftOf(waiver), title: 'Extend the waiver' })}
            onEnd={() => start({ end: waiver })}
          />
        ))}
      </ul>
      <WaiveDialog
        title={task && 'add' in task ? task.title : 'Add a waiver'}
        draft={task && 'add' in task ? task.add : undefined}
        onClose={close}
        onAdded={() => finish('The waiver was added.')}
      />
      <ShortenDialog
        waiver={task && 'shorten' in task ? task.shorten : undefined}
        onClose={close}
        onShortened={() => finish('The waiver has the new end.')}
      />
      <EndDialog
        waiver={task && 'end' in task ? task.end : undefined}
        onClose={close}
        onEnded={() => finish('The waiver was ended.')}
      />
    </>
  )
}

/** Another waiver for the same: only that can last longer, and it needs a reason of its own. */
const draftOf = ({ project_id: project, instance_id: instance, datastore, version, only }: Waiver): WaiverDraft => ({
  ...emptyDraft,
  ...{ project, instance: instance ?? '', datastore: datastore.name ?? datastore.id },
  ...(version === null ? {} : { version: version.id }),
  only: only.join(', '),
})

function Filters({ search }: Readonly<{ search: WaiversSearch }>) {
  const navigate = page.useNavigate()
  const { datastore, version, project, all } = search
  const place = { ...(datastore === undefined ? {} : { datastore }), ...(version === undefined ? {} : { version }) }
  const owner = project === undefined ? {} : { project }
  const over = all === undefined ? {} : { all }
  return (
    <search className="filters" aria-label="Filters">
      <VersionFilter value={place} onChange={to => navigate({ search: { ...to, ...owner, ...over } })} />
      <SettledInput
        label="Project id"
        type="search"
        value={project ?? ''}
        onChange={text =>
          navigate({ search: { ...place, ...over, ...(text === '' ? {} : { project: text }) }, replace: true })
        }
      />
      <CheckBox
        isOn={all !== undefined}
        onChange={isOn => navigate({ search: { ...place, ...owner, ...(isOn ? { all: 'true' } : {}) } })}
      >
        Also those that are over
      </CheckBox>
    </search>
  )
}

const NoWaivers = ({ isFiltered }: Readonly<{ isFiltered: boolean }>) =>
  isFiltered ? (
    <p>No waiver has these properties.</p>
  ) : (
    <EmptyState title="No waivers">
      <p>
        A waiver lets a project, or one of its instances, break rules until a time: for a migration, or until a resize
        is possible. Its reason and its author are kept. When its time is over, the rules are back by themselves.
      </p>
    </EmptyState>
  )
