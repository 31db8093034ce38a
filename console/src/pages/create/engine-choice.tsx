import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '../../api/trove.ts'
import { Choice } from '../../parts/choice.tsx'

const page = getRouteApi('/create')

type Props = Readonly<{
  datastores: Answer<'listDatastores'>['datastores']
  datastore: string
  version: string | undefined
}>

/** The datastore and its version. Both are in the URL, so that they can be linked to. */
export function EngineChoice({ datastores, datastore, version }: Props) {
  const navigate = page.useNavigate()
  const versions = datastores.find(({ name }) => name === datastore)?.versions ?? []
  return (
    <div className="row top-aligned">
      <Choice
        label="Database engine"
        value={datastore}
        onChange={datastore => navigate({ search: { datastore }, replace: true })}
        options={datastores.map(({ name }) => ({ id: name, label: name }))}
      />
      <Choice
        label="Version"
        value={version}
        onChange={version => navigate({ search: { datastore, version }, replace: true })}
        options={versions.map(({ name }) => ({ id: name, label: name }))}
      />
    </div>
  )
}
