import { useState } from 'react'
import { trove } from '../../api/trove.ts'
import { TrialForm } from '../../changes/trial-form.tsx'
import { useTrial } from '../../changes/use-trial.ts'
import { timeHelp } from '../../changes/waiver-fields.tsx'
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
  return (
    <TrialForm
      trial={trial}
      before={until === '' ? 'Say when it ends instead.' : undefined}
      effect={({ waiver: { until } }) => (
        <p>
          It would end <Moment at={until} />. From then on, all rules count again.
        </p>
      )}
      action="Shorten the waiver"
      busy="Shortening …"
      failed="The waiver keeps its end."
      change={() => trove.shortenFlavorWaiver({ path, body: { until } })}
      onClose={onClose}
      onDone={onShortened}
    >
      <p>
        It ends <Moment at={waiver.until} />. For more time, extend it instead.
      </p>
      <TextInput label="New end" value={until} onChange={setUntil} help={timeHelp} isRequired autoFocus />
    </TrialForm>
  )
}
