import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Choice } from '../../parts/choice.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import type { Instance } from './instance-queries.ts'
import { Warnings } from './warnings.tsx'

/** The versions of a datastore that can be chosen. */
const useVersions = (datastore: string | null) =>
  useQuery({
    queryKey: ['datastores'],
    queryFn: async () => (await trove.listDatastores({})).datastores,
    select: datastores => datastores.find(({ name }) => name === datastore)?.versions ?? [],
  })

/** Moves an instance to another version of its datastore. Whether that works is for the API to say. */
export function Upgrade({ instance: { id, datastore } }: Readonly<{ instance: Instance }>) {
  const [chosen, setChosen] = useState<string>()
  const [isAsking, setAsking] = useState(false)
  const { data: versions, error } = useVersions(datastore.type)
  const close = () => setAsking(false)
  const upgrade = useChange(
    (version: string) => trove.editInstance({ path: { id }, body: { instance: { datastore_version: version } } }),
    () => {
      setChosen(undefined)
      close()
    },
  )
  const others = versions?.filter(({ name }) => name !== datastore.version) ?? []
  return (
    <section className="panel" aria-labelledby="upgrade">
      <h2 id="upgrade">Upgrade</h2>
      <p className="hint">
        It has {datastore.type} {datastore.version} now.
        {versions && others.length === 0 ? ' There is no other version to choose.' : ''}
      </p>
      <ApiProblem error={error} title="The versions cannot be shown." />
      {others.length === 0 ? null : (
        <>
          <Choice
            label="Another version"
            value={chosen}
            onChange={setChosen}
            placeholder="Choose a version"
            options={others.map(({ id, name }) => ({ id, label: name }))}
          />
          <Warnings answer={upgrade.data} />
          <ActionButton
            onPress={() => setAsking(true)}
            disabledReason={chosen === undefined ? 'Choose a version first.' : undefined}
          >
            Upgrade the instance
          </ActionButton>
        </>
      )}
      <ConfirmDialog
        title="Upgrade the instance?"
        action="Upgrade"
        busy="Upgrading …"
        look="primary"
        isBusy={upgrade.isPending}
        error={upgrade.error}
        isOpen={isAsking && chosen !== undefined}
        onClose={close}
        onConfirm={() => chosen !== undefined && upgrade.mutate(chosen)}
      >
        <p>
          {datastore.type} {datastore.version} becomes {others.find(version => version.id === chosen)?.name ?? ''}. The
          database server is restarted, which ends its connections. Your data is kept.
        </p>
      </ConfirmDialog>
    </section>
  )
}
