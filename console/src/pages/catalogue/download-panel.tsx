import { useMutation } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { trove } from '../../api/trove.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { CheckBox } from '../../parts/check-box.tsx'
import { Choice } from '../../parts/choice.tsx'
import { useManagedVersions } from '../../parts/version-filter.tsx'
import { saveFile } from './save-file.ts'

const page = getRouteApi('/catalogue')
const every = ''

/** Gets the file with the present state. */
export function DownloadPanel({ onEdit }: Readonly<{ onEdit: (text: string) => void }>) {
  const { datastore, names } = page.useSearch()
  const navigate = page.useNavigate()
  const { data } = useManagedVersions()
  const known = [...new Set(data?.versions.map(({ datastore_name }) => datastore_name))].sort()
  const load = useMutation({
    mutationFn: async (use: (text: string) => void) => {
      const query = {
        ...(datastore === undefined ? {} : { datastore }),
        ...(names === undefined ? {} : { flavor_names: names }),
      }
      use((await trove.showDatastoreCatalogue({ query })).catalogue)
    },
  })
  const named = names === undefined ? {} : { names }
  const of = datastore === undefined ? {} : { datastore }
  return (
    <section className="panel" aria-labelledby="download">
      <h2 id="download">The present state</h2>
      <div className="filters">
        <Choice
          label="Datastore"
          value={datastore ?? every}
          options={[every, ...known].map(name => ({ id: name, label: name === every ? 'All datastores' : name }))}
          onChange={id => navigate({ search: { ...named, ...(id === every ? {} : { datastore: id }) } })}
        />
        <CheckBox
          isOn={names !== undefined}
          onChange={isOn => navigate({ search: { ...of, ...(isOn ? { names: 'true' } : {}) } })}
        >
          Flavors by name instead of id
        </CheckBox>
      </div>
      <ApiProblem error={load.error} title="The file cannot be made." />
      <div className="row">
        <ActionButton onPress={() => load.mutate(text => saveFile('datastores.yaml', text))}>
          Download the file
        </ActionButton>
        <ActionButton onPress={() => load.mutate(onEdit)}>Edit it below</ActionButton>
      </div>
    </section>
  )
}
