import { getRouteApi } from '@tanstack/react-router'
import { Choice, type Option } from '../../parts/choice.tsx'
import { type Datastore, isActive } from './offered-order.ts'

const page = getRouteApi('/create')

type Props = Readonly<{
  /** In the order in which they are offered. */
  datastores: readonly Datastore[]
  datastore: Datastore
  version: string | undefined
}>

/** The datastore and its version. Both are in the URL, so that they can be linked to. */
export function EngineChoice({ datastores, datastore, version }: Props) {
  const navigate = page.useNavigate()
  const { name } = datastore
  return (
    <div className="row top-aligned">
      <Choice
        label="Datastore"
        value={name}
        onChange={datastore => navigate({ search: { datastore }, replace: true })}
        options={datastores.map(engineOption)}
      />
      <Choice
        label="Version"
        value={version}
        onChange={version => navigate({ search: { datastore: name, version }, replace: true })}
        options={datastore.versions.map(version => versionOption(datastore, version))}
      />
    </div>
  )
}

const engineOption = ({ name, versions }: Datastore): Option =>
  versions.some(isActive)
    ? { id: name, label: name }
    : { id: name, label: name, detail: 'It has no active version.', isDisabled: true }

function versionOption({ default_version: byDefault }: Datastore, version: Datastore['versions'][number]): Option {
  const { id, name } = version
  if (!isActive(version)) return { id: name, label: name, detail: 'It is not active.', isDisabled: true }
  return id === byDefault ? { id: name, label: name, detail: 'The default version' } : { id: name, label: name }
}
