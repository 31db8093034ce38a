import { useQuery } from '@tanstack/react-query'
import { type Answer, trove } from '../api/trove.ts'
import { Choice, type Option } from './choice.tsx'

type Version = Answer<'listManagedVersions'>['versions'][number]

/** A datastore by name or id, and one of its versions by id, or by name. */
type Place = Readonly<{ datastore?: string; version?: string }>

type Props = Readonly<{
  value: Place
  onChange: (place: Place) => void
  /** What an empty choice means. */
  everyDatastore?: string
  everyVersion?: string
}>

/** No datastore and no version has an empty name. */
const every = ''

/** All versions of all datastores, as an operator sees them. */
export const useManagedVersions = () =>
  useQuery({ queryKey: ['managed versions'], queryFn: () => trove.listManagedVersions({}) })

/** Two lists to choose a datastore from, and then a version. */
export function VersionFilter({
  value,
  onChange,
  everyDatastore = 'All datastores',
  everyVersion = 'All versions',
}: Props) {
  const { data } = useManagedVersions()
  const versions = data?.versions ?? []
  const owner = versions.find(({ datastore_name, datastore_id }) =>
    [datastore_name, datastore_id].includes(value.datastore ?? every),
  )
  const own = versions.filter(({ datastore_id }) => datastore_id === owner?.datastore_id)
  const chosen = own.find(({ id, name }) => [id, name].includes(value.version ?? every))
  const datastore = owner?.datastore_name ?? value.datastore ?? every
  const version = chosen?.id ?? value.version ?? every
  return (
    <>
      <Choice
        label="Datastore"
        value={datastore}
        options={withChosen(datastore, [{ id: every, label: everyDatastore }, ...datastoresIn(versions)])}
        onChange={id => onChange(id === every ? {} : { datastore: id })}
      />
      <Choice
        label="Version"
        value={version}
        options={withChosen(version, [{ id: every, label: everyVersion }, ...own.map(asOption)])}
        onChange={id => onChange({ ...placeOf(datastore), ...(id === every ? {} : { version: id }) })}
      />
    </>
  )
}

const placeOf = (datastore: string): Place => (datastore === every ? {} : { datastore })

const datastoresIn = (versions: readonly Version[]): Option[] =>
  [...new Set(versions.map(({ datastore_name }) => datastore_name))].sort().map(name => ({ id: name, label: name }))

const asOption = ({ id, name, version, active }: Version): Option => ({
  id,
  label: name === version ? name : `${name} (${version})`,
  ...(active ? {} : { detail: 'Not active' }),
})

/** A link can name something that was deleted, or that is not loaded yet. */
const withChosen = (id: string, options: readonly Option[]): Option[] =>
  options.some(option => option.id === id) ? [...options] : [...options, { id, label: id }]
