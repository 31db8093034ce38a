import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { queries } from '../../api/queries.ts'
import { trove } from '../../api/trove.ts'
import { TrialBox } from '../../changes/trial-box.tsx'
import { useTrial } from '../../changes/use-trial.ts'
import { timeHelp } from '../../changes/waiver-fields.tsx'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Moment } from '../../parts/moment.tsx'
import { PanelDialog } from '../../parts/panel-dialog.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import type { Waiver } from './waiver.ts'

type Props = Readonly<{ waiver: Waiver | undefined; onClose: () => void; onShortened: () => void }>

/** Asks for an earlier end of a waiver. */
export const ShortenDialog = ({ waiver, onClose, onShortened }: Props) => (
  <PanelDialog title="Shorten the waiver" isOpen={waiver !== undefined} onClose={onClose}>
    {waiver ? <ShortenForm waiver={waiver} onClose={onClose} onShortened={onShortened} /> : null}
  </PanelDialog>
)

function ShortenForm({ waiver, onClose, onShortened }: Props & { waiver: Waiver }) {
  const [until, setUntil] = useState('')
  const path = { waiver: waiver.id }
  const trial = useTrial('shorter waiver', until === '' ? undefined : { ...path, until }, ({ until }) =>
    trove.shortenFlavorWaiver({ path, query: { dry_run: 'true' }, body: { until } }),
  )
  const shorten = useMutation({
    mutationFn: () => trove.shortenFlavorWaiver({ path, body: { until } }),
    onSuccess: async () => {
      await queries.invalidateQueries()
      onShortened()
    },
  })
  const isTried = trial.answer !== undefined && !trial.isPending
  return (
    <Form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        if (isTried) shorten.mutate()
      }}
    >
      <p>
        It ends <Moment at={waiver.until} />. For more time, extend it instead.
      </p>
      <TextInput label="New end" value={until} onChange={setUntil} help={timeHelp} isRequired autoFocus />
      <TrialBox trial={trial} before={until === '' ? 'Say when it ends instead.' : undefined}>
        {({ waiver: { until } }) => (
          <p>
            It would end <Moment at={until} />. From then on, all rules count again.
          </p>
        )}
      </TrialBox>
      <ApiProblem error={shorten.error} title="The waiver keeps its end." />
      <div className="row end">
        <ActionButton onPress={onClose}>Cancel</ActionButton>
        <ActionButton type="submit" look="primary" busy={shorten.isPending && 'Shortening …'} isDisabled={!isTried}>
          Shorten the waiver
        </ActionButton>
      </div>
    </Form>
  )
}
