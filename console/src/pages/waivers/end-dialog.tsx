import { useMutation } from '@tanstack/react-query'
import { queries } from '../../api/queries.ts'
import { trove } from '../../api/trove.ts'
import { TrialBox } from '../../changes/trial-box.tsx'
import { useTrial } from '../../changes/use-trial.ts'
import { WaiverEffect } from '../../changes/waiver-effect.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import type { Waiver } from './waiver.ts'

type Props = Readonly<{ waiver: Waiver | undefined; onClose: () => void; onEnded: () => void }>

/** Asks whether a waiver ends now, and shows what that changes. */
export function EndDialog({ waiver, onClose, onEnded }: Props) {
  const path = waiver && { waiver: waiver.id }
  const trial = useTrial('end of waiver', path, path => trove.endFlavorWaiver({ path, query: { dry_run: 'true' } }))
  const end = useMutation({
    mutationFn: () => trove.endFlavorWaiver({ path: path! }),
    onSuccess: async () => {
      await queries.invalidateQueries()
      onEnded()
    },
  })
  return (
    <ConfirmDialog
      title="End the waiver now?"
      action="End the waiver"
      busy="Ending the waiver …"
      isBusy={end.isPending}
      error={end.error}
      isOpen={waiver !== undefined}
      onClose={onClose}
      onConfirm={() => end.mutate()}
    >
      <p>Instances keep running. The waiver stays in the list of all waivers.</p>
      <TrialBox trial={trial}>{tried => <WaiverEffect tried={tried} change="end" />}</TrialBox>
    </ConfirmDialog>
  )
}
