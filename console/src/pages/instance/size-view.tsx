import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { Loading } from '../../parts/loading.tsx'
import { changeWords, sizeWords } from '../../sizes/size.ts'
import { SizeCards } from '../../sizes/size-cards.tsx'
import { ChangeProgress } from './change-progress.tsx'
import { type Instance, type TargetSize, useTargets } from './instance-queries.ts'
import { VolumeGrowth } from './volume-growth.tsx'
import { Warnings } from './warnings.tsx'

const page = getRouteApi('/instances/$id')

/** The size of an instance now, and where it may go. */
export function SizeView({ instance }: Readonly<{ instance: Instance }>) {
  const { data: sizes, error } = useTargets(instance)
  return (
    <>
      <section className="panel" aria-labelledby="sizes">
        <h2 id="sizes">Change the size</h2>
        <ApiProblem error={error} title="The sizes cannot be shown." />
        {sizes === undefined && !error ? <Loading what="sizes" /> : null}
        {sizes === undefined ? null : <Sizes instance={instance} sizes={sizes} />}
      </section>
      {instance.volume ? <VolumeGrowth instance={instance} sizeGb={instance.volume.size} /> : null}
    </>
  )
}

type Props = Readonly<{ instance: Instance; sizes: readonly TargetSize[] }>

function Sizes({ instance, sizes }: Props) {
  const { sizes: words, order } = page.useSearch()
  const navigate = page.useNavigate()
  const [chosenId, setChosen] = useState<string>()
  const [isAsking, setAsking] = useState(false)
  const current = sizes.find(({ isCurrent }) => isCurrent)
  const chosen = sizes.find(({ id, isCurrent }) => id === chosenId && !isCurrent)
  const resize = useChange(
    ({ id: flavorRef }: TargetSize) =>
      trove.actOnInstance({ path: { id: instance.id }, body: { resize: { flavorRef } } }),
    () => {
      setAsking(false)
      setChosen(undefined)
    },
  )
  return (
    <>
      <SizeCards
        label="Sizes"
        version={`${instance.datastore.type ?? 'this datastore'} ${instance.datastore.version ?? ''}`}
        sizes={sizes}
        value={chosenId ?? current?.id}
        onChange={setChosen}
        look={{ words, order }}
        onLook={look =>
          navigate({ search: search => ({ ...search, sizes: look.words, order: look.order }), replace: true })
        }
        detail={size =>
          current && !size.isCurrent && size.refusal === undefined ? (
            <span className="hint">{changeWords(current, size)}</span>
          ) : null
        }
      />
      <Warnings answer={resize.data} />
      <ActionButton
        look="primary"
        onPress={() => setAsking(true)}
        disabledReason={chosen ? undefined : 'Choose another size first.'}
      >
        {chosen ? `Resize to ${chosen.name}` : 'Resize'}
      </ActionButton>
      <ChangeProgress instance={instance} isStarted={resize.isSuccess} />
      {chosen ? (
        <ConfirmDialog
          title={`Resize to ${chosen.name}?`}
          action="Resize"
          busy="Resizing …"
          look="primary"
          isBusy={resize.isPending}
          error={resize.error}
          isOpen={isAsking}
          onClose={() => setAsking(false)}
          onConfirm={() => resize.mutate(chosen)}
        >
          <BeforeAndAfter instance={instance} current={current} chosen={chosen} />
          <p>The database server is restarted, which ends its connections. Your data is kept.</p>
        </ConfirmDialog>
      ) : null}
    </>
  )
}

type BeforeAndAfterProps = Readonly<{ instance: Instance; current: TargetSize | undefined; chosen: TargetSize }>

const BeforeAndAfter = ({ instance, current, chosen }: BeforeAndAfterProps) => (
  <>
    <dl className="facts">
      <dt>Now</dt>
      <dd>{current ? `${current.name}: ${sizeWords(current)}` : instance.flavor.id}</dd>
      <dt>Then</dt>
      <dd>
        {chosen.name}: {sizeWords(chosen)}
      </dd>
    </dl>
    {chosen.warning === undefined ? null : <p className="sentence">{chosen.warning}</p>}
  </>
)
