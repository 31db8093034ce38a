import { trove } from '../../api/trove.ts'
import { TrialForm } from '../../changes/trial-form.tsx'
import { useTrial } from '../../changes/use-trial.ts'
import { WaiverEffect } from '../../changes/waiver-effect.tsx'
import { PanelDialog } from '../../parts/panel-dialog.tsx'
import type { Waiver } from './waiver.ts'

type Props = Readonly<{ waiver: Waiver | undefined; onClose: () => void; onEnded: () => void }>

/** Asks whether a waiver ends now, and shows what that changes. */
export const EndDialog = ({ waiver, onClose, onEnded }: Props) => (
  <PanelDialog title="End the waiver now?" isOpen={waiver !== undefined} onClose={onClose} isAlert>
    {waiver ? <EndForm waiver={waiver} onClose={onClose} onEnded={onEnded} /> : null}
  </PanelDialog>
)

function EndForm({ waiver, onClose, onEnded }: Props & { waiver: Waiver }) {
  const path = { waiver: waiver.id }
  const trial = useTrial('end of waiver', path, path => trove.endFlavorWaiver({ path, query: { dry_run: 'true' } }))
  return (
    <TrialForm
      trial={trial}
      effect={tried => <WaiverEffect tried={tried} change="end" />}
      action="End the waiver"
      busy="Ending the waiver …"
      failed="The waiver was not ended."
      look="danger"
      change={() => trove.endFlavorWaiver({ path })}
      onClose={onClose}
      onDone={onEnded}
    >
      <p>Instances keep running. The waiver stays in the list of all waivers.</p>
    </TrialForm>
  )
}
