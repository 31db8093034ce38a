import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { trove } from '../../api/trove.ts'
import { usePages } from '../../api/use-pages.ts'
import { counted } from '../../changes/count-words.ts'
import { WaiveDialog } from '../../changes/waive-dialog.tsx'
import type { WaiverDraft } from '../../changes/waiver-fields.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { MoreButton } from '../../parts/more-button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { isNotAdmitted, OperatorsOnly } from '../../parts/operators-only.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { SettledInput } from '../../parts/settled-input.tsx'
import { VersionFilter } from '../../parts/version-filter.tsx'
import type { ComplianceSearch } from './compliance-search.ts'
import { FindingCard } from './finding-card.tsx'
import { KindLinks } from './kind-links.tsx'

const page = getRouteApi('/compliance')

const useFindings = ({ datastore, version, project, kind }: ComplianceSearch) =>
  usePages(['compliance', datastore, version, project, kind], ({ marker }) =>
    trove.listFlavorCompliance({
      query: {
        ...(datastore === undefined ? {} : { datastore }),
        ...(version === undefined ? {} : { version }),
        ...(project === undefined ? {} : { project_id: project }),
        ...(kind === undefined ? {} : { kind }),
        ...(marker === undefined ? {} : { marker }),
      },
    }),
  )

/** What violates the flavor policy today, and how each of it is mended. */
export function CompliancePage() {
  const search = page.useSearch()
  const list = useFindings(search)
  const [draft, setDraft] = useState<WaiverDraft>()
  const [isAdded, setIsAdded] = useState(false)
  const pages = list.data?.pages
  const first = pages?.[0]
  if (isNotAdmitted(list.error)) return <OperatorsOnly heading="Compliance" error={list.error} />
  return (
    <>
      <PageHeading about="Versions, associations and instances that violate the flavor policy today. Instances keep running.">
        Compliance
      </PageHeading>
      <Filters search={search} />
      <ApiProblem error={list.error} title="The findings cannot be shown." />
      {isAdded ? <Notice kind="good" title="The waiver was added." /> : null}
      {first ? <Counts total={first.total} waived={first.waived} endingSoon={first.waivers_ending_soon} /> : null}
      {first ? <KindLinks kinds={first.kinds} search={search} /> : null}
      {list.isPending ? <Loading what="findings" /> : null}
      {first?.total === 0 ? <NoFindings isFiltered={Object.keys(search).length > 0} /> : null}
      <ul className="stack">
        {pages?.flatMap(({ findings }) =>
          findings.map(finding => (
            <FindingCard
              key={keyOf(finding)}
              finding={finding}
              title={first!.kinds.find(({ kind }) => kind === finding.kind)?.title ?? finding.kind}
              onWaive={setDraft}
            />
          )),
        )}
      </ul>
      <MoreButton what="findings" list={list} />
      <WaiveDialog
        title="Waive the rules that it breaks"
        draft={draft}
        onClose={() => setDraft(undefined)}
        onAdded={() => {
          setDraft(undefined)
          setIsAdded(true)
        }}
      />
    </>
  )
}

type Found = Parameters<typeof FindingCard>[0]['finding']

const keyOf = ({ kind, version, flavor, instance, requirement, message }: Found) =>
  [kind, version.id, flavor?.id, instance?.id, requirement, message].join(' ')

function Filters({ search }: Readonly<{ search: ComplianceSearch }>) {
  const navigate = page.useNavigate()
  const { datastore: _datastore, version: _version, project: _project, ...others } = search
  const project = search.project === undefined ? {} : { project: search.project }
  const { datastore, version } = search
  const place = { ...(datastore === undefined ? {} : { datastore }), ...(version === undefined ? {} : { version }) }
  return (
    <search className="filters" aria-label="Filters">
      <VersionFilter value={place} onChange={to => navigate({ search: { ...others, ...project, ...to } })} />
      <SettledInput
        label="Project id"
        type="search"
        value={search.project ?? ''}
        onChange={text =>
          navigate({ search: { ...others, ...place, ...(text === '' ? {} : { project: text }) }, replace: true })
        }
      />
    </search>
  )
}

function Counts({ total, waived, endingSoon }: Readonly<{ total: number; waived: number; endingSoon: number }>) {
  if (total === 0) return null
  return (
    <p role="status">
      {counted(total, 'finding', 'findings')}, {waived} of them waived.{' '}
      {endingSoon > 0 ? (
        <>
          <strong>{counted(endingSoon, 'waiver ends', 'waivers end')} soon.</strong>{' '}
        </>
      ) : null}
      <Link to="/waivers">Show the waivers</Link>
    </p>
  )
}

const NoFindings = ({ isFiltered }: Readonly<{ isFiltered: boolean }>) =>
  isFiltered ? (
    <p>
      No finding has these properties. <Link to="/compliance">Show all findings</Link>
    </p>
  ) : (
    <EmptyState title="No findings">
      <p>
        Every version, association and instance meets the flavor policy. When a rule becomes stricter, or a flavor is
        deleted, whatever breaks it is listed here, with the step that mends it.
      </p>
    </EmptyState>
  )
