import { Badge } from '../../parts/badge.tsx'
import { type ShownColumn, versionHref } from './matrix-row.tsx'

type Props = Readonly<{
  columns: readonly ShownColumn[]
  flavorCount: number
  focusColumn: number | undefined
}>

/** The versions, each with the number of flavors that it allows. */
export const MatrixHead = ({ columns, flavorCount, focusColumn }: Props) => (
  <div role="row" aria-rowindex={1} className="matrix-head">
    <div
      role="columnheader"
      aria-colindex={1}
      className="matrix-corner"
      data-cell="0 0"
      tabIndex={focusColumn === 0 ? 0 : -1}
    >
      Flavor
    </div>
    {columns.map(({ index, left, version }) => (
      <div
        key={version.id}
        role="columnheader"
        aria-colindex={index + 2}
        className="matrix-version"
        style={{ insetInlineStart: left }}
      >
        <a
          href={versionHref(version)}
          data-cell={`0 ${index + 1}`}
          tabIndex={focusColumn === index + 1 ? 0 : -1}
          title={`${version.datastore.name} ${version.name}`}
        >
          <bdi className="matrix-name">{version.datastore.name}</bdi>{' '}
          <bdi className="matrix-name">
            {version.name}
            {version.active ? '' : ' (inactive)'}
          </bdi>
        </a>
        {version.flavors_allowed === 0 ? (
          <Badge kind="problem">{`0 of ${flavorCount}`}</Badge>
        ) : (
          <span className="hint">
            {version.flavors_allowed} of {flavorCount}
          </span>
        )}
      </div>
    ))}
  </div>
)
