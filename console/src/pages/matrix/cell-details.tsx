import { Link } from '@tanstack/react-router'
import { sizeWords } from '../../parts/flavor-size.ts'
import { Loading } from '../../parts/loading.tsx'
import { OutcomeMark, outcomeLooks } from '../../parts/outcome.tsx'
import type { Flavor, Verdicts, Version } from './matrix-data.ts'
import { versionName } from './matrix-row.tsx'

/** Whether the screen is touched, so that nothing can be pointed at. */
const isTouched = matchMedia('(hover: none)').matches

type Props = Readonly<{
  flavor: Flavor | undefined
  version: Version | undefined
  verdicts: Verdicts | undefined
}>

/** The cell that has the focus or the pointer, in full. It keeps its height, so that the grid stays where it is. */
export const CellDetails = (props: Props) => (
  <div className="matrix-details">
    <Details {...props} />
  </div>
)

function Details({ flavor, version, verdicts }: Props) {
  if (!flavor && !version)
    return (
      <p className="hint">
        {isTouched ? 'Tap a cell' : 'Point at a cell, or move with the arrow keys,'} to see its reasons.
      </p>
    )
  if (!flavor) return <VersionDetails version={version!} />
  const verdict = verdicts?.get(flavor.id)
  return (
    <>
      <p>
        <bdi className="matrix-full">{flavor.name}</bdi> ({sizeWords(flavor)}, id <code>{flavor.id}</code>
        {flavor.is_public ? '' : ', not public'})
        {version ? (
          <>
            {' '}
            on <bdi className="matrix-full">{versionName(version)}</bdi>
          </>
        ) : null}
      </p>
      {version && !verdicts ? <Loading what="the verdicts" /> : null}
      {verdict ? (
        <p>
          <OutcomeMark outcome={verdict.outcome} /> – {outcomeLooks[verdict.outcome].means}
          {verdict.message === null ? '.' : `: ${verdict.message}.`}
          {verdict.reasons.some(({ source }) => source === 'datastore')
            ? ' A rule of the datastore applies to all its versions.'
            : ''}{' '}
          {isTouched ? (
            <Link to="/versions/$version" params={{ version: version!.id }} search={{ flavor: flavor.id }}>
              Open the version
            </Link>
          ) : null}
        </p>
      ) : null}
    </>
  )
}

const VersionDetails = ({ version }: Readonly<{ version: Version }>) => (
  <>
    <p>
      <bdi className="matrix-full">{versionName(version)}</bdi>
      {version.active ? '' : ' (inactive)'}
    </p>
    <p>
      {version.flavors_allowed} flavors allowed, {version.flavors_warned} of them with a warning and{' '}
      {version.flavors_audited} audited; {version.flavors_refused} refused.{' '}
      {version.restricted ? `${version.associations} flavors on its list.` : 'No list.'} {version.requirements}{' '}
      requirements.
    </p>
  </>
)
