import { isNotAdmitted, OperatorsOnly } from '../../parts/operators-only.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { useManagedVersions } from '../../parts/version-filter.tsx'
import { ApplyPanel } from './apply-panel.tsx'
import { DownloadPanel } from './download-panel.tsx'
import { useKeptText } from './kept-text.ts'

/** Datastores, versions and what these allow, as one file: to keep, to review and to apply. */
export function CataloguePage() {
  const [text, setText] = useKeptText()
  const { error } = useManagedVersions()
  if (isNotAdmitted(error)) return <OperatorsOnly heading="Catalogue file" error={error} />
  return (
    <>
      <PageHeading about="Datastores, their versions and what each of them allows, in one file that can be kept in git.">
        Catalogue file
      </PageHeading>
      <DownloadPanel onEdit={setText} />
      <ApplyPanel text={text} onChange={setText} />
    </>
  )
}
