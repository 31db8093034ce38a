import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { trove } from '../../api/trove.ts'
import { usePages } from '../../api/use-pages.ts'
import { versionWords } from '../../changes/version-words.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Moment } from '../../parts/moment.tsx'
import { MoreButton } from '../../parts/more-button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { isNotAdmitted, OperatorsOnly } from '../../parts/operators-only.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { SettledInput } from '../../parts/settled-input.tsx'
import { VersionFilter } from '../../parts/version-filter.tsx'
import type { PolicyEvent } from './event.ts'
import type { HistorySearch } from './history-search.ts'
import { UndoDialog } from './undo-dialog.tsx'

const page = getRouteApi('/history')

const useEvents = (search: HistorySearch) =>
  usePages(['history', search], ({ marker }) =>
    trove.listFlavorRuleEvents({ query: { ...search, ...(marker === undefined ? {} : { marker }) } }),
  )

/** Who changed what versions and datastores allow, and when. */
export function HistoryPage() {
  const search = page.useSearch()
  const list = useEvents(search)
  const [event, setEvent] = useState<PolicyEvent>()
  const [isUndone, setIsUndone] = useState(false)
  const events = list.data?.pages.flatMap(({ events }) => events)
  if (isNotAdmitted(list.error)) return <OperatorsOnly heading="History" error={list.error} />
  return (
    <>
      <PageHeading about="Every change of what versions and datastores allow, the newest first. The changes of deleted ones stay.">
        History
      </PageHeading>
      <Filters search={search} />
      <ApiProblem error={list.error} title="The changes cannot be shown." />
      {isUndone ? <Notice kind="good" title="The change was undone. The undo is the newest change." /> : null}
      {list.isPending ? <Loading what="changes" /> : null}
      {events?.length === 0 ? <NoChanges isFiltered={Object.keys(search).length > 0} /> : null}
      {events && events.length > 0 ? (
        <DataTable caption="Changes" columns={columnsWith(setEvent)} rows={events} keyOf={({ id }) => id} />
      ) : null}
      <MoreButton what="changes" list={list} />
      <UndoDialog
        event={event}
        onClose={() => setEvent(undefined)}
        onUndone={() => {
          setEvent(undefined)
          setIsUndone(true)
        }}
      />
    </>
  )
}

const columnsWith = (onUndo: (event: PolicyEvent) => void): readonly Column<PolicyEvent>[] => [
  { head: 'When', cell: ({ created }) => <Moment at={created} /> },
  { head: 'Who', cell: ({ actor }) => actor },
  { head: 'Where', cell: ({ datastore, version }) => versionWords(datastore, version) },
  {
    head: 'What',
    cell: ({ words, undoes, waiver }) => (
      <>
        <bdi>{words}</bdi>
        {undoes === null ? null : <span className="hint"> (an undo)</span>}
        {waiver === null ? null : (
          <p className="hint">
            Reason: <bdi>{waiver.reason}</bdi>
          </p>
        )}
      </>
    ),
  },
  {
    head: 'Undo',
    cell: event =>
      event.can_be_undone ? (
        <ActionButton look="quiet" aria-label={`Undo: ${event.words}`} onPress={() => onUndo(event)}>
          Undo …
        </ActionButton>
      ) : (
        '–'
      ),
  },
]

function Filters({ search }: Readonly<{ search: HistorySearch }>) {
  const navigate = page.useNavigate()
  const { datastore, version, by, since } = search
  const place = { ...(datastore === undefined ? {} : { datastore }), ...(version === undefined ? {} : { version }) }
  const author = by === undefined ? {} : { by }
  const age = since === undefined ? {} : { since }
  return (
    <search className="filters" aria-label="Filters">
      <VersionFilter value={place} onChange={to => navigate({ search: { ...to, ...author, ...age } })} />
      <SettledInput
        label="Author"
        type="search"
        value={by ?? ''}
        help="A user id, or a user of the server's operating system."
        onChange={text =>
          navigate({ search: { ...place, ...age, ...(text === '' ? {} : { by: text }) }, replace: true })
        }
      />
      <SettledInput
        label="Since"
        type="search"
        value={since ?? ''}
        help="A date such as 2026-11-23, or an age: 90m, 24h, 7d."
        onChange={text =>
          navigate({ search: { ...place, ...author, ...(text === '' ? {} : { since: text }) }, replace: true })
        }
      />
    </search>
  )
}

const NoChanges = ({ isFiltered }: Readonly<{ isFiltered: boolean }>) =>
  isFiltered ? (
    <p>No change has these properties.</p>
  ) : (
    <EmptyState title="No changes yet">
      <p>
        When someone changes a list, a requirement, a level or a waiver, it is kept here with its author, and can be
        undone.
      </p>
    </EmptyState>
  )
